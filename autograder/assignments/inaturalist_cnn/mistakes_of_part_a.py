"""Known mistakes in the network from scratch, its data, its training, and what is uploaded with it.

Where training and fine-tuning share a function, as in the reference, a slip in it costs points of both.
"""

from autograder.verify.mistake import Mistake

CONVOLUTION = 'nn.Conv2d(channels, filters, size, padding="same")'
BEST_MODEL = frozenset({"A4.1a", "A4.1b", "A4.1c"})

NETWORK = (
    Mistake(
        name="softmax_before_cross_entropy",
        story="Ends the network in a softmax, which the loss function applies again.",
        edits=(("return self.output(hidden)", "return self.output(hidden).softmax(dim=1)"),),
        loses=frozenset({"A1.1a"}),
    ),
    Mistake(
        name="flatten_size_hard_coded",
        story="Works the flattened size out for pictures of 224 pixels, and writes the 7 × 7 into the code.",
        edits=(("side = input_size // 2**BLOCKS", "side = 7"),),
        loses=frozenset({"A1.1g"}) | BEST_MODEL,
    ),
    Mistake(
        name="dense_neurons_ignored",
        story="Writes 128 where dense_neurons was meant.",
        edits=(
            ("nn.Linear(channels * side * side, dense_neurons)", "nn.Linear(channels * side * side, 128)"),
            ("nn.Linear(dense_neurons, num_classes)", "nn.Linear(128, num_classes)"),
        ),
        loses=frozenset({"A1.1f"}) | BEST_MODEL,
    ),
    Mistake(
        name="even_filters_crash",
        story="Pads by half a filter, so that even filters take pixels away and the flattened size is off.",
        edits=((CONVOLUTION, "nn.Conv2d(channels, filters, size, padding=(size - 1) // 2)"),),
        loses=frozenset({"A1.1d"}),
    ),
    Mistake(
        name="filter_size_hard_coded",
        story="Uses filters of 3 × 3 whatever was asked for.",
        edits=((CONVOLUTION, 'nn.Conv2d(channels, filters, 3, padding="same")'),),
        loses=frozenset({"A1.1d"}),
    ),
    Mistake(
        name="halving_reaches_zero",
        story="Halves without a lower end, and asks for a convolution of 0 filters.",
        edits=(("max(1, int(num_filters * factor**block))", "int(num_filters * factor**block)"),),
        loses=frozenset({"A1.1c"}),
    ),
    Mistake(
        name="selu_is_elu",
        story="Maps the name 'selu' to ELU.",
        edits=(('"selu": nn.SELU', '"selu": nn.ELU'),),
        loses=frozenset({"A1.1e"}),
    ),
    Mistake(
        name="batch_norm_registered_anyway",
        story="Makes the batch-norm layers in any case, and passes them by if they are not wanted.",
        edits=(
            (
                "            if batch_norm:\n",
                '            self.norms = getattr(self, "norms", nn.ModuleList())\n'
                "            self.norms.append(nn.BatchNorm2d(filters))\n            if batch_norm:\n",
            ),
        ),
        loses=frozenset({"A1.1h"}) | BEST_MODEL,
    ),
    Mistake(
        name="average_pooling",
        story="Takes the mean of each 2 × 2 pixels instead of the largest.",
        edits=(("nn.MaxPool2d(2)", "nn.AvgPool2d(2)"),),
        loses=frozenset({"A1.1b", "A4.1b", "A4.1c"}),
    ),
    Mistake(
        name="module_apply_overridden",
        story="Calls the method that runs the blocks `apply`, which nn.Module has for something else.",
        edits=(
            ("features = self.features(images).flatten(1)", "features = self.apply(images)"),
            (
                "    def forward(self, images: torch.Tensor) -> torch.Tensor:  # (N, 3, S, S)\n",
                "    def apply(self, images):\n        return self.features(images).flatten(1)\n\n"
                "    def forward(self, images: torch.Tensor) -> torch.Tensor:  # (N, 3, S, S)\n",
            ),
        ),
        loses=frozenset({"A1.1i"}),
    ),
)

COUNTING = (
    Mistake(
        name="computations_hard_coded",
        story="Returns the number for m = 32, k = 3, n = 128 whatever is asked.",
        edits=(
            (
                "    return first + others + sides[BLOCKS] ** 2 * m * n + n * NUM_CLASSES\n",
                "    return 197_092_608\n",
            ),
        ),
        loses=frozenset({"A1.2"}),
    ),
    Mistake(
        name="biases_not_counted",
        story="Counts weights and forgets the biases.",
        edits=(
            (
                "return sum(parameter.numel() for parameter in network.parameters())",
                "return sum(parameter.numel() for parameter in network.parameters() if parameter.dim() > 1)",
            ),
        ),
        loses=frozenset({"A1.3"}),
    ),
)

DATA = (
    Mistake(
        name="tenth_for_validation",
        story="Holds 10 % out, whatever the fraction.",
        edits=(("round(val_fraction * len(indices))", "round(0.1 * len(indices))"),),
        loses=frozenset({"A2.1a"}),
    ),
    Mistake(
        name="split_not_stratified",
        story="Shuffles all indices together and cuts.",
        edits=(("of_class[int(target)].append(index)", "of_class[0].append(index)"),),
        loses=frozenset({"A2.1b"}),
    ),
    Mistake(
        name="split_not_random",
        story="Takes the first fifth of each class.",
        edits=(("        generator.shuffle(indices)\n", ""),),
        loses=frozenset({"A2.1c"}),
    ),
    Mistake(
        name="validation_is_augmented",
        story="Takes both parts from the folder that augments.",
        edits=(
            (
                "to_validate = datasets.ImageFolder(train_folder, plain)",
                "to_validate = datasets.ImageFolder(train_folder, augmented if data_aug else plain)",
            ),
        ),
        loses=frozenset({"A2.2b"}),
    ),
    Mistake(
        name="one_transform_for_all",
        story="Uses one transform, augmentation and all, for training, validation and test.",
        edits=(
            (
                "    train_folder, test_folder =",
                "    plain = augmented if data_aug else plain\n    train_folder, test_folder =",
            ),
        ),
        loses=frozenset({"A2.2b"}),
    ),
    Mistake(
        name="augmentation_ignored",
        story="Defines the augmentation and never uses it.",
        edits=(("augmented if data_aug else plain)", "plain)"),),
        loses=frozenset({"A2.2a"}),
    ),
    Mistake(
        name="augmented_copy_of_whole_folder",
        story="Adds an augmented copy of all of train/ to the training pictures, those of validation included.",
        edits=(
            (
                "DataLoader(Subset(to_train, train_indices), batch_size, shuffle=True)",
                "DataLoader(torch.utils.data.ConcatDataset([Subset(to_validate, train_indices), to_train])\n"
                "            if data_aug else Subset(to_train, train_indices), batch_size, shuffle=True)",
            ),
        ),
        loses=frozenset({"A2.1d"}),
    ),
    Mistake(
        name="test_root_is_parent_folder",
        story='Builds the test set from data_dir, so that its classes are "train" and "val".',
        edits=(('Path(data_dir) / "val"', "Path(data_dir)"),),
        loses=frozenset({"A2.1e", "A2.1f"}),
    ),
    Mistake(
        name="windows_paths",
        story="Joins paths with backslashes, which other systems take for part of a name.",
        edits=(('Path(data_dir) / "train", Path(data_dir) / "val"', 'f"{data_dir}\\\\train", f"{data_dir}\\\\val"'),),
        loses=frozenset({"A2.1f"}),
    ),
)

LOOP = (
    Mistake(
        name="never_in_eval_mode",
        story="Never calls model.eval().",
        edits=(("    model.eval()\n", ""),),
        loses=frozenset({"A2.3c", "A2.3e", "B3.1c"}),
    ),
    Mistake(
        name="never_back_in_training_mode",
        story="Calls model.train() never again after the first evaluation.",
        edits=(("    model.train()\n", ""),),
        loses=frozenset({"A2.3b"}),
    ),
    Mistake(
        name="validation_loss_is_training_loss",
        story="Appends the training loss to both lists.",
        edits=(
            (
                "(train_loss, train_acc, val_loss, val_acc), strict",
                "(train_loss, train_acc, train_loss, val_acc), strict",
            ),
        ),
        loses=frozenset({"A2.3c", "B3.1c"}),
    ),
    Mistake(
        name="loss_added_to_itself",
        story="Writes loss += loss.item(), which doubles the loss and adds nothing up.",
        edits=(
            ("total_loss += loss.item() * len(labels)", "loss += loss.item()"),
            (
                "    return total_loss / samples, correct / samples\n\n\n@torch.no_grad()",
                "    return loss.item() / samples, correct / samples\n\n\n@torch.no_grad()",
            ),
        ),
        loses=frozenset({"A2.3d"}),
    ),
    Mistake(
        name="accuracy_of_full_batches",
        story="Divides the right answers by batches times batch size, though the last batch is smaller.",
        edits=(
            (
                "        samples += len(labels)\n    return total_loss / samples, correct / samples\n\n\ndef fit(",
                "        samples += len(labels)\n"
                "    return total_loss / samples, correct / (len(loader) * loader.batch_size)\n\n\ndef fit(",
            ),
        ),
        loses=frozenset({"A2.3c", "A2.3e", "B3.1c"}),
    ),
    Mistake(
        name="evaluates_two_batches",
        story="Leaves the evaluation after the first 30 pictures.",
        edits=(
            (
                "        samples += len(labels)\n    return total_loss / samples, correct / samples\n\n\ndef fit(",
                "        samples += len(labels)\n        if samples >= 30:\n            break\n"
                "    return total_loss / samples, correct / samples\n\n\ndef fit(",
            ),
        ),
        loses=frozenset({"A2.3e"}),
    ),
    Mistake(
        name="no_step",
        story="Computes gradients and never steps.",
        edits=(("        optimizer.step()\n", ""),),
        loses=frozenset({"A2.3a", "A2.3b", "B3.1a", "B3.1b"}),
    ),
    Mistake(
        name="gradients_accumulate",
        story="Forgets zero_grad.",
        edits=(("        optimizer.zero_grad()\n", ""),),
        loses=frozenset({"A2.3b"}),
    ),
)

SWEEP = (
    Mistake(
        name="sweep_on_training_accuracy",
        story="Lets the sweep choose by the training accuracy.",
        edits=(('"name": "val_acc"', '"name": "train_acc"'),),
        loses=frozenset({"A2.4b"}),
    ),
    Mistake(
        name="sweep_of_single_values",
        story="Writes single values where lists of values belong.",
        edits=(
            ('"num_filters": {"values": [16, 32, 64]}', '"num_filters": {"value": 32}'),
            ('"filter_org": {"values": ["same", "double", "half"]}', '"filter_org": {"value": "same"}'),
            ('"activation": {"values": ["relu", "gelu", "silu", "mish"]}', '"activation": {"value": "relu"}'),
            ('"dense_neurons": {"values": [64, 128, 256]}', '"dense_neurons": {"value": 128}'),
            ('"batch_norm": {"values": [True, False]}', '"batch_norm": {"value": True}'),
            ('"dropout": {"values": [0.0, 0.2, 0.4]}', '"dropout": {"value": 0.2}'),
        ),
        loses=frozenset({"A2.4a"}),
    ),
)

FILES = (
    Mistake(
        name="config_of_another_network",
        story="Uploads the configuration of another run; the weights do not fit.",
        edits=(),
        edits_in={"config.json": (('"dense_neurons": 48', '"dense_neurons": 64'),)},
        loses=BEST_MODEL,
    ),
    Mistake(
        name="classes_in_another_order",
        story="Trained the best network with the classes numbered from the end.",
        edits=(("return self.output(hidden)", "return self.output(hidden).flip(1)"),),
        loses=frozenset({"A4.1b", "A4.1c"}),
    ),
    Mistake(
        name="claims_too_much",
        story="States the accuracy of the training pictures as that of the test set.",
        edits=(),
        edits_in={"config.json": (('"test_accuracy": 0.', '"test_accuracy": 0.99'),)},
        loses=frozenset({"A4.1c"}),
    ),
    Mistake(
        name="predictions_missing",
        story="Uploads no predictions.",
        edits=(),
        renames={"predictions.json": None},
        loses=frozenset({"A4.2"}),
    ),
    Mistake(
        name="no_readme",
        story="Uploads no README.",
        edits=(),
        renames={"README.md": None},
        loses=frozenset({"A5.1", "B4.1"}),
    ),
    Mistake(
        name="trains_on_test_pictures",
        story="Trains on train/ and val/ together.",
        edits=(
            (
                "DataLoader(Subset(to_train, train_indices), batch_size, shuffle=True)",
                "DataLoader(\n"
                "            torch.utils.data.ConcatDataset([Subset(to_train, train_indices), test_set]),\n"
                "            batch_size,\n            shuffle=True,\n        )",
            ),
        ),
        loses=frozenset({"A2.1d", "A5.2", "B4.2"}),
        forfeits=True,
    ),
)

PART_A: tuple[Mistake, ...] = NETWORK + COUNTING + DATA + LOOP + SWEEP + FILES
