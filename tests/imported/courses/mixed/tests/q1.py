OK_FORMAT = True

test = {
    "name": "q1",
    "points": 2,
    "suites": [
        {
            "cases": [
                {"code": ">>> mean_of_three\n2.0", "hidden": False, "locked": False},
                {"code": ">>> bool(np.all(table[1] == [3, 4, 5]))\nTrue", "hidden": True, "locked": False},
            ],
            "scored": True,
            "setup": "",
            "teardown": "",
            "type": "doctest",
        }
    ],
}
