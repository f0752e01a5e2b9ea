from otter.test_files import test_case

OK_FORMAT = False

name = "q2"
points = 2


@test_case(points=None, hidden=False)
def test_far_numbers(env):
    assert env["softmax"](env["np"].array([1000.0, 0.0])).tolist() == [1.0, 0.0]


@test_case(points=0.5, hidden=True)
def test_third(divide):
    assert abs(divide(1, 4) - 0.25) < 1e-9
