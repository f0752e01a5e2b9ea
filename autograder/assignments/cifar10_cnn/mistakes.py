"""Known mistakes: small edits of the reference solution, and the rubric items that each must lose.

8.1 is listed where the held-out accuracy falls far enough, or is withheld.
"""

from autograder.verify.mistake import Mistake

ACCURACY = frozenset({"8.1"})

DATA = (
    Mistake(
        name="pixels_in_double_precision",
        story="Makes float64 tensors of the images, and lets the network turn them into float32.",
        edits=(
            ("transforms.Normalize(MEAN, STD)]", "transforms.Normalize(MEAN, STD), torch.Tensor.double]"),
            ("self.block1(images)", "self.block1(images.float())"),
        ),
        loses=frozenset({"1.1"}),
    ),
    Mistake(
        name="not_normalised",
        story="Stops at ToTensor, so the values lie in [0, 1].",
        edits=((", transforms.Normalize(MEAN, STD)]", "]"),),
        loses=frozenset({"1.2"}),
    ),
    Mistake(
        name="random_flip_in_the_one_transform",
        story="Mirrors at random, also the test images; in the embedded data all figures look to the right.",
        edits=(
            ("Compose([transforms.ToTensor()", "Compose([transforms.RandomHorizontalFlip(), transforms.ToTensor()"),
        ),
        loses=frozenset({"1.3"}) | ACCURACY,
    ),
    Mistake(
        name="last_batch_dropped",
        story="Drops the images of the batch that is not full.",
        edits=(("shuffle=True)", "shuffle=True, drop_last=True)"),),
        loses=frozenset({"2.1"}),
    ),
    Mistake(
        name="train_loader_unshuffled",
        story="Forgets to shuffle; the files are in no order, so the accuracy hardly suffers.",
        edits=(("shuffle=True", "shuffle=False"),),
        loses=frozenset({"2.3"}),
    ),
    Mistake(
        name="test_loader_shuffled",
        story="Copies the line of the training loader, with its shuffling.",
        edits=(
            (
                "test = DataLoader(testset, batch_size=batch_size, shuffle=False)",
                "test = DataLoader(testset, batch_size, True)",
            ),
        ),
        loses=frozenset({"2.4"}),
    ),
    Mistake(
        name="loaders_returned_in_wrong_order",
        story="Returns the test loader first, and so trains on the test images: the accuracy points are withheld.",
        edits=(("    return train, test\n", "    return test, train\n"),),
        loses=frozenset({"2.5"}) | ACCURACY,
    ),
    Mistake(
        name="counts_by_name",
        story="Counts under the names of the classes.",
        edits=(("Counter(int(label) for", "Counter(dataset.classes[label] for"),),
        loses=frozenset({"3.1"}),
    ),
    Mistake(
        name="interface_read_carelessly",
        story="Has a default of 32, an array for plotting where a tensor is asked for, and a tensor where an array is.",
        edits=(
            ("batch_size: int = 25", "batch_size: int = 32"),
            ("return image * 0.5 + 0.5", "return (image * 0.5 + 0.5).permute(1, 2, 0).numpy()"),
            (".detach().cpu().numpy().copy()", ".detach().cpu().clone()"),
        ),
        loses=frozenset({"2.2", "3.3", "7.2"}),
    ),
    Mistake(
        name="offset_forgotten_and_second_layer_shown",
        story="Forgets the mean where it undoes the scaling, and takes the weights of the second convolution.",
        edits=(
            ("return image * 0.5 + 0.5", "return image * 0.5"),
            ("model.block1[0].weight", "model.block2[0].weight"),
        ),
        loses=frozenset({"3.2", "7.1"}),
    ),
)

NETWORK = (
    Mistake(
        name="always_ten_classes",
        story="Writes ten into the last layer.",
        edits=(("nn.Linear(32, num_classes)", "nn.Linear(32, 10)"),),
        loses=frozenset({"4.1"}),
    ),
    Mistake(
        name="hidden_layer_too_wide",
        story="Takes 128 features where the table says 64.",
        edits=(
            ("nn.Linear(32 * 5 * 5, 64)", "nn.Linear(32 * 5 * 5, 128)"),
            ("nn.Linear(64, 32)", "nn.Linear(128, 32)"),
        ),
        loses=frozenset({"4.2a"}),
    ),
    Mistake(
        name="whole_network_pickled",
        story="Saves the network itself at the end, and not its state dict.",
        edits=(("    return model\n", '    torch.save(model, "cifar10_cnn.pth")\n    return model\n'),),
        loses=frozenset({"4.2b"}),
    ),
    Mistake(
        name="no_batch_norm",
        story="Leaves the batch norms out.",
        edits=(("            nn.BatchNorm2d(64),\n", ""), ("            nn.BatchNorm2d(32),\n", "")),
        loses=frozenset({"4.2a", "4.3"}) | ACCURACY,
    ),
    Mistake(
        name="average_pooling",
        story="Averages where the largest value is asked for.",
        edits=(
            (
                "            nn.MaxPool2d(2),\n        )\n        self.block2",
                "            nn.AvgPool2d(2),\n        )\n        self.block2",
            ),
        ),
        loses=frozenset({"4.4"}),
    ),
    Mistake(
        name="no_activation_between_linear_layers",
        story="Puts one linear layer straight behind the other.",
        edits=(
            (
                "            nn.Linear(32 * 5 * 5, 64),\n            nn.ReLU(),\n",
                "            nn.Linear(32 * 5 * 5, 64),\n",
            ),
            ("            nn.Linear(64, 32),\n            nn.ReLU(),\n", "            nn.Linear(64, 32),\n"),
        ),
        loses=frozenset({"4.5"}),
    ),
    Mistake(
        name="dropout_in_eval_mode_too",
        story="Calls F.dropout without telling it the mode.",
        edits=(
            (
                "nn.Dropout(0.2),\n            nn.Linear(32, num",
                "transforms.Lambda(lambda x: nn.functional.dropout(x, 0.2)),\n            nn.Linear(32, num",
            ),
            (
                "        self.fc_layers = nn.Sequential(  # (N, 800) → (N, num_classes)\n",
                "        transforms.Lambda = AsLayer\n        self.fc_layers = nn.Sequential(\n",
            ),
            (
                "class CNN(nn.Module):\n",
                "class AsLayer(nn.Module):\n"
                "    def __init__(self, function):\n"
                "        super().__init__()\n"
                "        self.function = function\n\n"
                "    def forward(self, x):\n"
                "        return self.function(x)\n\n\n"
                "class CNN(nn.Module):\n",
            ),
        ),
        loses=frozenset({"4.2b", "4.6"}),
    ),
    Mistake(
        name="softmax_in_the_network",
        story="Ends the network with a softmax, though cross-entropy has one.",
        edits=(
            ("return self.fc_layers(features.flatten(1))", "return self.fc_layers(features.flatten(1)).softmax(dim=1)"),
        ),
        loses=frozenset({"4.7"}) | ACCURACY,
    ),
)

TRAINING = (
    Mistake(
        name="no_optimizer_step",
        story="Computes gradients and never uses them.",
        edits=(("            optimizer.step()\n", ""),),
        loses=frozenset({"5.1", "5.6"}) | ACCURACY,
    ),
    Mistake(
        name="softmax_before_cross_entropy",
        story="Gives the criterion probabilities for logits.",
        edits=(("criterion(model(images), labels)", "criterion(model(images).softmax(dim=1), labels)"),),
        loses=frozenset({"5.1"}) | ACCURACY,
    ),
    Mistake(
        name="exit_before_the_loop",
        story="Leaves an exit() in that stopped the program while it was written.",
        edits=(("    losses = []\n", "    losses = []\n    exit()\n"),),
        loses=frozenset({"5.1", "5.2", "5.3", "5.4", "5.5", "5.6"}) | ACCURACY,
    ),
    Mistake(
        name="exit_in_run_model",
        story="Leaves an exit() in before the training is started.",
        edits=(("    train_model(model, train, nn.C", "    exit()\n    train_model(model, train, nn.C"),),
        loses=ACCURACY,
    ),
    Mistake(
        name="no_zero_grad",
        story="Lets the gradients of all batches pile up.",
        edits=(("            optimizer.zero_grad()\n", ""),),
        loses=frozenset({"5.2"}) | ACCURACY,
    ),
    Mistake(
        name="eval_and_never_back_to_train",
        story="Measures after each epoch, which sets eval mode, and calls train() before the first only.",
        edits=(
            ("        model.train()  # in each epoch: whoever measures in between has called eval()\n", ""),
            ("    losses = []\n", "    losses = []\n    model.train()\n"),
            ('        print(f"epoch {', '        test_model(model, list(train)[:1], device)\n        print(f"epoch {'),
        ),
        loses=frozenset({"5.3"}),
    ),
    Mistake(
        name="sum_of_losses_over_batches",
        story="Weights each loss by its batch's size, and divides by the number of batches.",
        edits=(("losses.append(total / count)", "losses.append(total / len(train))"),),
        loses=frozenset({"5.4"}),
    ),
    Mistake(
        name="last_loss_alone",
        story="Returns a number in place of the list.",
        edits=(("    return losses\n", "    return losses[-1]\n"),),
        loses=frozenset({"5.5"}),
    ),
    Mistake(
        name="stops_after_first_epoch",
        story="Indents the return one level too far.",
        edits=(("    return losses\n", "        return losses\n"),),
        loses=frozenset({"5.1", "5.5", "5.6"}) | ACCURACY,
    ),
)

RESULT = (
    Mistake(
        name="mean_of_batch_accuracies",
        story="Averages the accuracies of the batches, so a small last batch counts as much as a full one.",
        edits=(
            ("correct += int((predicted == labels).sum())", "correct += float((predicted == labels).float().mean())"),
            ("        count += len(labels)\n    return 100", "        count += 1\n    return 100"),
        ),
        loses=frozenset({"6.1"}),
    ),
    Mistake(
        name="accuracy_as_a_fraction",
        story="Returns 0.75 for 75 %.",
        edits=(("return 100 * correct / count", "return correct / count"), (':.1f} %")', ':.1%}")')),
        loses=frozenset({"6.2"}),
    ),
    Mistake(
        name="never_set_to_eval",
        story="Measures in train mode.",
        edits=(("model.to(device).eval()", "model.to(device)"),),
        loses=frozenset({"6.3"}),
    ),
    Mistake(
        name="gradients_tracked_while_testing",
        story="Measures without torch.no_grad().",
        edits=(("@torch.no_grad()\n", ""),),
        loses=frozenset({"6.4"}),
    ),
    Mistake(
        name="trains_on_test_images",
        story="Trains on both data sets; the accuracy points are withheld.",
        edits=(
            ("build_loaders(trainset, testset, batch_size", "build_loaders(trainset + testset, testset, batch_size"),
        ),
        loses=ACCURACY,
    ),
)

MISTAKES: tuple[Mistake, ...] = DATA + NETWORK + TRAINING + RESULT
