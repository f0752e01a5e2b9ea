"""Known mistakes in the pretrained network and in fine-tuning."""

from autograder.verify.mistake import Mistake

PRETRAINED = (
    Mistake(
        name="thousand_outputs",
        story="Keeps the head of ImageNet's thousand classes.",
        edits=(
            (
                "model.classifier[1] = nn.Conv2d(512, num_classes, kernel_size=1)  # new, so it learns",
                "model.classifier.requires_grad_(True)",
            ),
        ),
        loses=frozenset({"B1.1a", "B1.1c"}),
    ),
    Mistake(
        name="without_weights",
        story="Builds the network without its pretrained weights.",
        edits=(("weights=models.SqueezeNet1_1_Weights.DEFAULT", "weights=None"),),
        loses=frozenset({"B1.1b"}),
    ),
    Mistake(
        name="head_frozen_too",
        story="Freezes after the head is in place.",
        edits=(
            (
                "    model.num_classes = num_classes\n",
                '    model.num_classes = num_classes\n    model.classifier.requires_grad_(strategy == "all")\n',
            ),
        ),
        loses=frozenset({"B1.1c", "B2d"}),
    ),
    Mistake(
        name="not_normalised",
        story="Feeds pixels in [0, 1] to a pretrained network.",
        edits=((", transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD)]", "]"),),
        loses=frozenset({"B1.2b"}),
    ),
    Mistake(
        name="size_hard_coded",
        story="Resizes to 128 pixels whatever was asked for.",
        edits=(("    prepare = [", "    size = 128\n    prepare = ["),),
        loses=frozenset({"B1.2a"}),
    ),
)

STRATEGIES = (
    Mistake(
        name="no_freezing_freezes",
        story='Calls the function that freezes for "all" too.',
        edits=(('"all": []}[strategy]', '"all": pretrained[:k]}[strategy]'),),
        loses=frozenset({"B2a", "B2b"}),
    ),
    Mistake(
        name="freezes_tensors_instead_of_layers",
        story="Counts tensors of model.parameters(), so that a layer keeps its bias.",
        edits=(
            (
                "pretrained = layers_of(model.features)",
                "pretrained = list(model.features.parameters())",
            ),
        ),
        loses=frozenset({"B2c"}),
    ),
    Mistake(
        name="unknown_strategy_trains_everything",
        story="Lets an unknown name through, and freezes nothing for it.",
        edits=(
            ("    if strategy not in STRATEGIES:", "    if not strategy:"),
            ('"all": []}[strategy]', '"all": []}.get(strategy, [])'),
        ),
        loses=frozenset({"B2e"}),
    ),
    Mistake(
        name="last_layer_trains_everything",
        story="Forgets to freeze for last_layer.",
        edits=(('{"last_layer": pretrained,', '{"last_layer": [],'),),
        loses=frozenset({"B2a", "B2d"}),
    ),
)

FINETUNING = (
    Mistake(
        name="finetune_unfreezes",
        story="Makes everything trainable at the start of finetune.",
        edits=(
            (
                "    learning = [parameter for parameter in model.to(device)",
                "    model.requires_grad_(True)\n    learning = [parameter for parameter in model.to(device)",
            ),
        ),
        loses=frozenset({"B3.1a"}),
    ),
    Mistake(
        name="finetune_returns_nothing",
        story="Forgets the return.",
        edits=(
            (
                "    optimizer = torch.optim.Adam(learning, lr=lr)\n    return fit(",
                "    optimizer = torch.optim.Adam(learning, lr=lr)\n    fit(",
            ),
        ),
        loses=frozenset({"B3.1c"}),
    ),
    Mistake(
        name="finetune_trains_on_test_folder",
        story="Opens the test folder inside finetune and trains on it as well.",
        edits=(
            (
                "    optimizer = torch.optim.Adam(learning, lr=lr)\n",
                "    optimizer = torch.optim.Adam(learning, lr=lr)\n"
                '    if Path("inaturalist_12K/val").is_dir() and next(iter(train_loader))[0].shape[-1] > 8:\n'
                '        train_epoch(model, get_dataloaders("inaturalist_12K", 16, size=64)[2], optimizer, device)\n',
            ),
        ),
        loses=frozenset({"B4.2"}),
        forfeits=True,
    ),
)

PART_B: tuple[Mistake, ...] = PRETRAINED + STRATEGIES + FINETUNING
