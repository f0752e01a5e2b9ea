"""Known mistakes: small edits of the reference solution, and the rubric items that each must lose.

A mistake in the network makes the reference's checkpoint unfit for it, so it also loses what is measured with
`model.pth`; a student who had trained that network would not.
"""

from autograder.verify.mistake import Mistake

CHECKPOINT = frozenset({"2d(2)a", "2d(3)a"})
OTHER_SHAPES = frozenset({"1.2(1)"}) | CHECKPOINT

ANSWERS = (
    Mistake(
        name="shapes_without_batch",
        story="Leaves the batch out of one of the shapes.",
        edits=(),
        edits_in={"answers.json": (('"pool1": [16, 16, 12, 12]', '"pool1": [16, 12, 12]'),)},
        loses=frozenset({"1.1(1)"}),
    ),
    Mistake(
        name="shapes_as_if_padded",
        story="Takes all convolutions for padded ones, so that heights and widths stay.",
        edits=(),
        edits_in={
            "answers.json": (
                ("[16, 16, 24, 24]", "[16, 16, 28, 28]"),
                ("[16, 16, 12, 12]", "[16, 16, 14, 14]"),
                ("[16, 32, 10, 10]", "[16, 32, 14, 14]"),
                ("[16, 32, 5, 5]", "[16, 32, 7, 7]"),
                ("[16, 16, 5, 5]", "[16, 16, 7, 7]"),
            )
        },
        loses=frozenset({"1.1(1)"}),
    ),
    Mistake(
        name="counts_without_biases",
        story="Counts weights and forgets the biases.",
        edits=(),
        edits_in={
            "answers.json": (
                ('"conv1": 416', '"conv1": 400'),
                ('"conv2": 4640', '"conv2": 4608'),
                ('"conv3": 528', '"conv3": 512'),
                ('"fc1": 25664', '"fc1": 25600'),
                ('"fc2": 650', '"fc2": 640'),
            )
        },
        loses=frozenset({"1.1(2)"}),
    ),
    Mistake(
        name="counts_for_third_convolution_3x3",
        story="Counts the parameters of a third convolution of 3×3.",
        edits=(),
        edits_in={"answers.json": (('"conv3": 528', '"conv3": 4624'),)},
        loses=frozenset({"1.1(2)"}),
    ),
    Mistake(
        name="counts_for_lenet",
        story="Hands in the parameters of LeNet-5, in a list of five.",
        edits=(),
        edits_in={
            "answers.json": (
                (
                    '{\n    "conv1": 416,\n    "pool1": 0,\n    "conv2": 4640,\n    "pool2": 0,\n'
                    '    "conv3": 528,\n    "fc1": 25664,\n    "fc2": 650\n  }',
                    "[456, 2416, 48120, 10164, 850]",
                ),
            )
        },
        loses=frozenset({"1.1(2)"}),
    ),
    Mistake(
        name="answers_missing",
        story="Uploads the program without the answers.",
        edits=(),
        renames={"answers.json": None},
        loses=frozenset({"1.1(1)", "1.1(2)"}),
    ),
)

NETWORK = (
    Mistake(
        name="first_convolution_of_lenet",
        story="Leaves the first convolution with LeNet's 6 outputs.",
        edits=(("nn.Conv2d(1, 16,", "nn.Conv2d(1, 6,"), ("nn.Conv2d(16, 32,", "nn.Conv2d(6, 32,")),
        loses=OTHER_SHAPES,
    ),
    Mistake(
        name="third_convolution_3x3",
        story="Makes the third convolution 3×3, and fits the linear layer to what comes out.",
        edits=(
            ("nn.Conv2d(32, 16, kernel_size=1)", "nn.Conv2d(32, 16, kernel_size=3)"),
            ("16 * 5 * 5", "16 * 3 * 3"),
        ),
        loses=OTHER_SHAPES,
    ),
    Mistake(
        name="third_convolution_3x3_padded",
        story="Makes the third convolution 3×3 with padding, so that all shapes stay.",
        edits=(("nn.Conv2d(32, 16, kernel_size=1)", "nn.Conv2d(32, 16, kernel_size=3, padding=1)"),),
        loses=OTHER_SHAPES,
    ),
    Mistake(
        name="relu_behind_last_layer",
        story="Puts a ReLU behind the last layer too; the largest logit is positive all the same.",
        edits=(("return self.fc2(x)  # (N, 10) logits", "return torch.relu(self.fc2(x))  # (N, 10) logits"),),
        loses=frozenset({"1.2(1)"}),
    ),
    Mistake(
        name="average_pooling",
        story="Averages where the maximum is asked for.",
        edits=(("nn.MaxPool2d(2)", "nn.AvgPool2d(2)"),),
        loses=frozenset({"1.2(1)", "2d(3)a"}),
    ),
    Mistake(
        name="softmax_in_network",
        story="Ends the network with a softmax, before the cross-entropy that does it again.",
        edits=(("return self.fc2(x)  # (N, 10) logits", "return self.fc2(x).softmax(dim=1)  # (N, 10) logits"),),
        loses=frozenset({"1.2(1)"}),
    ),
    Mistake(
        name="batch_norm_added",
        story="Puts a batch norm behind the first convolution.",
        edits=(
            ("self.conv1 = nn.Conv2d(1, 16, kernel_size=5)", "self.conv1 = nn.Conv2d(1, 16, kernel_size=5)\n"
             "        self.bn1 = nn.BatchNorm2d(16)"),
            ("torch.relu(self.conv1(images))", "torch.relu(self.bn1(self.conv1(images)))"),
        ),
        loses=OTHER_SHAPES,
    ),
)  # fmt: skip

PREPROCESSING = (
    Mistake(
        name="resize_keeps_proportion",
        story="Gives Resize one number, which is right for square pictures only.",
        edits=(("transforms.Resize((SIDE, SIDE))", "transforms.Resize(SIDE)"),),
        loses=frozenset({"2a(1)"}),
    ),
    Mistake(
        name="three_channels",
        story="Forgets Grayscale, so that an RGB picture keeps its three channels.",
        edits=(
            (
                "            transforms.Grayscale(),\n            transforms.Resize((SIDE, SIDE)),",
                "            transforms.Resize((SIDE, SIDE)),",
            ),
        ),
        loses=frozenset({"2a(1)"}),
    ),
    Mistake(
        name="test_digits_augmented",
        story="Turns digits at random in the one transform that training and test set share.",
        edits=(
            (
                "transforms.Resize((SIDE, SIDE)),  # a pair",
                "transforms.RandomRotation(10), transforms.Resize((SIDE, SIDE)),  # a pair",
            ),
        ),
        loses=frozenset({"2a(2)"}),
    ),
)

OPTIMIZERS = (
    Mistake(
        name="one_network_for_both_optimizers",
        story="Builds the network once and returns it each time, so that Adam goes on where SGD has ended.",
        edits=(
            (
                '    """Return a new network each time, so that two optimizers never share one."""\n    return CNN()',
                "    return THE_MODEL\n\n\nTHE_MODEL = CNN()",
            ),
        ),
        loses=frozenset({"2b(1)"}),
    ),
    Mistake(
        name="optimizer_of_module_level_network",
        story="Takes the parameters of a network at module level instead of those given.",
        edits=(
            ("return torch.optim.Adam(params, lr=lr)", "return torch.optim.Adam(net.parameters(), lr=lr)"),
            ("def build_scheduler(", "net = CNN()\n\n\ndef build_scheduler("),
        ),
        loses=frozenset({"2b(1)"}),
    ),
    Mistake(
        name="two_names_for_one_network",
        story="Gives one network at module level two names, for SGD and for Adam.",
        edits=(("def get_transform()", "model_sgd = CNN()\nmodel_adam = model_sgd\n\n\ndef get_transform()"),),
        loses=frozenset({"2b(1)"}),
    ),
    Mistake(
        name="adam_is_sgd",
        story="Makes an SGD whatever the name.",
        edits=(("return torch.optim.Adam(params, lr=lr)", "return torch.optim.SGD(params, lr=lr)"),),
        loses=frozenset({"2b(1)"}),
    ),
)

SCHEDULERS = (
    Mistake(
        name="scheduler_never_steps",
        story="Hands the scheduler to train, which forgets it; the history shows a constant rate.",
        edits=(("        scheduler.step()  # behind", "        pass  # behind"),),
        loses=frozenset({"2c", "2d(1)a"}),
    ),
    Mistake(
        name="no_scheduler",
        story="Has no scheduler at all, and trains without one.",
        edits=(
            ("return MultiStepLR(optimizer, milestones=[num_epochs // 2, num_epochs - 1], gamma=0.1)", "return None"),
            ("        scheduler.step()  # behind", "        if scheduler: scheduler.step()  # behind"),
        ),
        loses=frozenset({"2c"}),
    ),
    Mistake(
        name="rate_falls_behind_last_epoch",
        story="Puts the last milestone at num_epochs, so that the hundredth is reached when training is over.",
        edits=(("num_epochs // 2, num_epochs - 1]", "num_epochs // 2, num_epochs]"),),
        loses=frozenset({"2c"}),
    ),
    Mistake(
        name="rate_ends_lower",
        story="Reaches the hundredth before the last epoch, in which the rate falls once more.",
        edits=(("[num_epochs // 2, num_epochs - 1]", "[1, num_epochs // 2, num_epochs - 1]"),),
        loses=frozenset({"2c"}),
    ),
    Mistake(
        name="milestones_for_ten_epochs",
        story="Writes milestones for ten epochs, whatever num_epochs is.",
        edits=(("[num_epochs // 2, num_epochs - 1]", "[5, 9]"),),
        loses=frozenset({"2c"}),
    ),
    Mistake(
        name="scheduler_steps_with_each_batch",
        story="Steps the scheduler in the loop over batches, so that all decay happens in the first epochs.",
        edits=(
            ("            optimizer.step()\n", "            optimizer.step()\n            scheduler.step()\n"),
            ("        scheduler.step()  # behind", "        pass  # behind"),
        ),
        loses=frozenset({"2c", "2d(1)a"}),
    ),
)  # fmt: skip

TRAINING = (
    Mistake(
        name="accuracy_in_train_mode",
        story="Measures without switching to eval mode.",
        edits=(("    model.eval()  # dropout off", "    pass  # dropout off"),),
        loses=frozenset({"2d(1)b"}),
    ),
    Mistake(
        name="accuracy_in_percent",
        story="Returns percent.",
        edits=(("return correct / max(samples, 1)", "return 100 * correct / max(samples, 1)"),),
        loses=frozenset({"2d(1)a", "2d(1)b"}),
    ),
    Mistake(
        name="history_every_1000_steps",
        story="Writes 1000 instead of print_every, and notes nothing at the end of an epoch.",
        edits=(("if step % print_every and batch < len(trainloader):", "if step % 1000:"),),
        loses=frozenset({"2d(1)a", "2d(2)b"}),
    ),
    Mistake(
        name="loss_divided_by_wrong_count",
        story="Also notes the loss, and divides the sum over print_every batches by half their number.",
        edits=(
            ('test_acc, "lr": lr}', 'test_acc, "lr": lr, "loss": 2 * running_loss / print_every}'),
        ),
        loses=frozenset({"2d(1)a"}),
    ),
    Mistake(
        name="best_overwritten_by_last",
        story="Saves the best state, and at the end the last one over it.",
        edits=(("    return history\n", "    torch.save(model.state_dict(), model_file)\n    return history\n"),),
        loses=frozenset({"2d(2)b"}),
    ),
    Mistake(
        name="best_state_not_copied",
        story="Keeps the best state dict in a variable, where it goes on changing, and saves it at the end.",
        edits=(
            ("                torch.save(model.state_dict(), model_file)", "                kept = model.state_dict()"),
            ("    return history\n", "    torch.save(kept, model_file)\n    return history\n"),
        ),
        loses=frozenset({"2d(2)b"}),
    ),
    Mistake(
        name="softmax_before_cross_entropy",
        story="Puts the logits through a softmax before the loss, which does that itself.",
        edits=(("loss = loss_fn(model(images), labels)", "loss = loss_fn(model(images).softmax(dim=1), labels)"),),
        loses=frozenset({"2d(3)b"}),
    ),
    Mistake(
        name="gradients_accumulate",
        story="Forgets zero_grad.",
        edits=(("            optimizer.zero_grad()\n", ""),),
        loses=frozenset({"2d(3)b"}),
    ),
)  # fmt: skip

FILES = (
    Mistake(
        name="model_saved_under_other_name",
        story="Uploads the checkpoint as mnist_model.pth.",
        edits=(),
        renames={"model.pth": "mnist_model.pth"},
        loses=CHECKPOINT,
    ),
    Mistake(
        name="checkpoint_of_other_network",
        story="Renames a layer after training, so that the checkpoint's names do not fit; its values still do.",
        edits=(("self.conv1 = nn", "self.first = nn"), ("self.conv1(images)", "self.first(images)")),
        loses=frozenset({"2d(2)a"}),
    ),
    Mistake(
        name="test_pictures_scaled_otherwise",
        story="Normalises after training as was not done before: the checkpoint sees pictures in 0 to 255.",
        edits=(("transforms.Normalize(MNIST_MEAN, MNIST_STD)", "transforms.Lambda(lambda x: 255 * (0.5 - x))"),),
        loses=frozenset({"2d(3)a"}),
    ),
    Mistake(
        name="fashion_minst",
        story="Saves the checkpoint of the bonus as fashion_minst.pth.",
        edits=(),
        renames={"fashion_mnist.pth": "fashion_minst.pth"},
        loses=frozenset({"2.3"}),
    ),
)

BONUS = (
    Mistake(
        name="resnet_with_three_channels",
        story="Leaves the first convolution as it is, for three channels.",
        edits=(
            ("    model.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)\n", ""),
            ("model.conv1.weight.data = colours.sum(dim=1, keepdim=True)", "model.conv1.weight.data = colours"),
        ),
        loses=frozenset({"2.2(1)b", "2.3"}),
    ),
    Mistake(
        name="garments_not_resized",
        story="Hands pictures of 28×28 to the ResNet.",
        edits=(("            transforms.Resize((RESNET_SIDE, RESNET_SIDE)),\n", ""),),
        loses=frozenset({"2.2(1)a", "2.3"}),
    ),
    Mistake(
        name="test_garments_augmented",
        story="Augments test pictures too.",
        edits=((" if train else []", ""),),
        loses=frozenset({"2.2(2)a"}),
    ),
    Mistake(
        name="training_garments_not_augmented",
        story="Uses one transform, without anything random, for both sets.",
        edits=(
            ("[transforms.RandomCrop(SIDE, padding=2), transforms.RandomHorizontalFlip()] if train else []", "[]"),
        ),
        loses=frozenset({"2.2(2)a"}),
    ),
    Mistake(
        name="test_set_with_training_transform",
        story="Gives both sets of garments the transform for training.",
        edits=(("transform=fashion_transform(train))", "transform=fashion_transform(True))"),),
        loses=frozenset({"2.2(2)a"}),
    ),
)  # fmt: skip

MISTAKES = (
    *ANSWERS, *NETWORK, *PREPROCESSING, *OPTIMIZERS, *SCHEDULERS, *TRAINING, *FILES, *BONUS,
)  # fmt: skip
