"""Known mistakes of the files that are handed in and of the analysis; see `mistakes.py`."""

import json

from autograder import project
from autograder.verify.mistake import Mistake

ANSWERS = json.loads((project.reference("animals_transfer") / "predictions.json").read_text())

FILES = (
    Mistake(
        name="checkpoints_under_other_names",
        story="Uploads the checkpoints under names of its own.",
        edits=(),
        renames={
            "resnet_scratch.pth": "model_scratch.pth",
            "resnet_finetune.pth": "model_ft.pth",
            "resnet_fixed_extractor.pth": "model_conv.pth",
        },
        loses=frozenset({"2.3e"}),
    ),
    Mistake(
        name="history_of_51_epochs",
        story="Notes a loss before the first epoch too.",
        edits=(),
        edits_in={
            "history.json": (('"fixed_extractor": {"train_loss": [', '"fixed_extractor": {"train_loss": [1.1, '),)
        },
        loses=frozenset({"2.3f"}),
    ),
    Mistake(
        name="prediction_missing",
        story="Leaves the first picture out.",
        edits=(),
        edits_in={"predictions.json": ((f'"image_01.jpg": "{ANSWERS["image_01.jpg"]}",', ""),)},
        loses=frozenset({"2.6d"}),
    ),
    Mistake(
        name="one_answer_for_all",
        story="Predicts with a network that takes everything for a cat.",
        edits=(),
        edits_in={
            "predictions.json": tuple(
                (f'"{name}": "{answer}"', f'"{name}": "cats"') for name, answer in ANSWERS.items() if answer != "cats"
            )
        },
        loses=frozenset({"2.6e"}),
    ),
)

ANALYSIS = (
    Mistake(
        name="axes_without_labels",
        story="Gives the panels titles and no labels.",
        edits=((', xlabel="epoch", ylabel=units[curve.rsplit("_", 1)[-1]])', ")"),),
        loses=frozenset({"2.4a"}),
    ),
    Mistake(
        name="training_curves_only",
        story="Leaves out what validation showed.",
        edits=(
            (
                "        for name, history in histories.items():\n            axes.plot(",
                '        for name, history in histories.items() if "val" not in curve else ():\n            axes.plot(',
            ),
        ),
        loses=frozenset({"2.4b"}),
    ),
    Mistake(
        name="confusion_in_fractions",
        story="Divides the matrix by the number of pictures.",
        edits=(("max(confusion.sum(), 1)), confusion", "max(confusion.sum(), 1)), confusion / confusion.sum()"),),
        loses=frozenset({"2.5a"}),
    ),
    Mistake(
        name="confusion_transposed",
        story="Has predictions for rows.",
        edits=(
            (
                "np.add.at(confusion, (labels.numpy(), model(inputs).argmax(dim=1).numpy()), 1)",
                "np.add.at(confusion, (model(inputs).argmax(dim=1).numpy(), labels.numpy()), 1)",
            ),
        ),
        loses=frozenset({"2.5b"}),
    ),
    Mistake(
        name="evaluates_in_training_mode",
        story="Forgets model.eval().",
        edits=(("    model.eval()\n    confusion", "    confusion"),),
        loses=frozenset({"2.5c"}),
    ),
    Mistake(
        name="predicts_an_index",
        story="Returns the number of the class.",
        edits=(("return class_names[int(logits.argmax())]", "return int(logits.argmax())"),),
        loses=frozenset({"2.6a"}),
    ),
    Mistake(
        name="picture_in_opencv_order",
        story="Gives blue, green, red to a network that knows red, green, blue.",
        edits=(
            (
                'Image.open(path).convert("RGB")',
                'Image.fromarray(np.array(Image.open(path).convert("RGB"))[:, :, ::-1].copy())',
            ),
        ),
        loses=frozenset({"2.6b"}),
    ),
    Mistake(
        name="picture_not_resized",
        story="Gives the picture to the network as large as it is.",
        edits=(
            (
                'model(data_transforms["val"](picture).unsqueeze(0))',
                "model(transforms.Compose(to_network)(picture).unsqueeze(0))",
            ),
        ),
        loses=frozenset({"2.6b"}),
    ),
    Mistake(
        name="picture_not_normalised",
        story="Leaves the picture in [0, 1].",
        edits=(
            (
                'model(data_transforms["val"](picture).unsqueeze(0))',
                "model(to_network[0](picture.resize((SIDE, SIDE))).unsqueeze(0))",
            ),
        ),
        loses=frozenset({"2.6c"}),
    ),
)
