"""Known mistakes: small edits of the reference solution, and the rubric items that each must lose.

The items are the rubric's, with letters where it is split: 1.1a one file, 1.1b several files, 2.2a the
number of batches, 2.2b shuffling, 2.3a float tensors, 2.3b the two modes, 4.1a Adam, 4.1b SGD, 5.1a one
pass of `train`, 5.1b fresh gradients. 6.1 and 6.2 are listed where the held-out accuracy falls, or is
withheld.
"""

from autograder.assignments.cifar8_finetune.mistakes_of_data import ACCURACY, DATASET, LOADER, PREPROCESSING
from autograder.verify.mistake import Mistake

# Some edits need gradients to reach the backbone, which the reference keeps from it twice over.
LET_GRADIENTS_THROUGH = ("with torch.no_grad():", "with torch.set_grad_enabled(torch.is_grad_enabled()):")

# First of all: it takes longest, and nobody shall wait for it when all others are done.
BUDGET = (
    Mistake(
        name="run_model_over_budget",
        story="Trains for two hundred epochs where one is enough.",
        edits=(("EPOCHS = 1 ", "EPOCHS = 200 "),),
        loses=ACCURACY,
    ),
)

MODEL = (
    Mistake(
        name="ten_outputs",
        story="Keeps the ten classes of CIFAR-10; the first eight outputs still predict well.",
        edits=(("NUM_CLASSES = 8", "NUM_CLASSES = 10"),),
        loses=frozenset({"3.1", "3.3"}),
    ),
    Mistake(
        name="single_picture_squeezed",
        story="Squeezes the logits, so that one picture gives (8,) instead of (1, 8).",
        edits=(("return self.head(features)", "return self.head(features).squeeze()"),),
        loses=frozenset({"3.1"}),
    ),
    Mistake(
        name="backbone_not_frozen",
        story="Forgets to freeze; only `torch.no_grad` in the forward pass keeps the weights still.",
        edits=(("parameter.requires_grad = False", "parameter.requires_grad = True"),),
        loses=frozenset({"3.2"}),
    ),
    Mistake(
        name="only_convolutions_frozen",
        story="Freezes what is called conv, and misses batch norms and shortcuts.",
        edits=(
            (
                "for parameter in self.backbone.parameters():",
                "for name, parameter in backbone.named_parameters():",
            ),
            ("parameter.requires_grad = False", 'parameter.requires_grad = "conv" not in name'),
        ),
        loses=frozenset({"3.2"}),
    ),
    Mistake(
        name="whole_network_trainable",
        story="Freezes nothing at all, so an optimizer over all parameters moves the backbone.",
        edits=(
            ("parameter.requires_grad = False", "parameter.requires_grad = True"),
            LET_GRADIENTS_THROUGH,
        ),
        loses=frozenset({"3.2", "5.2"}),
    ),
    Mistake(
        name="head_frozen_too",
        story="Freezes every parameter after the head is in place, and training cannot start.",
        edits=(
            (
                "self.head = nn.Linear(NUM_FEATURES, NUM_CLASSES)",
                "self.head = nn.Linear(NUM_FEATURES, NUM_CLASSES).requires_grad_(False)",
            ),
        ),
        loses=frozenset({"3.3", "5.2"}) | ACCURACY,
    ),
    Mistake(
        name="head_with_hidden_layer",
        story="Puts two linear layers where the hand-out asks for one.",
        edits=(
            (
                "self.head = nn.Linear(NUM_FEATURES, NUM_CLASSES)",
                "self.head = nn.Sequential(nn.Linear(NUM_FEATURES, 128), nn.ReLU(), nn.Linear(128, NUM_CLASSES))",
            ),
        ),
        loses=frozenset({"3.3"}),
    ),
    Mistake(
        name="checkpoint_not_loaded",
        story="Builds the network with random weights and freezes them.",
        edits=(("resnet18(pretrained=True)", "resnet18(pretrained=False)"),),
        loses=frozenset({"3.4"}) | ACCURACY,
    ),
    Mistake(
        name="checkpoint_silently_refused",
        story="Loads into the wrapper with strict=False: no name matches, and nothing complains.",
        edits=(
            (
                "model = FinetuneNet(resnet18(pretrained=True))",
                "model = FinetuneNet(resnet18())\n"
                "    model.load_state_dict(torch.load(CHECKPOINT, weights_only=True), strict=False)",
            ),
        ),
        loses=frozenset({"3.4"}) | ACCURACY,
    ),
)

OPTIMIZER = (
    Mistake(
        name="adam_ignores_learning_rate",
        story="Leaves Adam's learning rate at its default.",
        edits=(('torch.optim.Adam(model_params, lr=hparams["lr"])', "torch.optim.Adam(model_params)"),),
        loses=frozenset({"4.1a"}),
    ),
    Mistake(
        name="adam_is_sgd",
        story="Builds an SGD whatever was asked for.",
        edits=(
            (
                'torch.optim.Adam(model_params, lr=hparams["lr"])',
                'torch.optim.SGD(model_params, lr=hparams["lr"], momentum=0.9)',
            ),
        ),
        loses=frozenset({"4.1a"}),
    ),
    Mistake(
        name="sgd_ignores_momentum",
        story="Does not pass the momentum on.",
        edits=((', momentum=hparams.get("momentum", 0.0))', ")"),),
        loses=frozenset({"4.1b"}),
    ),
    Mistake(
        name="hyperparameters_misread",
        story="Reads the learning rate under a wrong key, with a default that hides it.",
        edits=(
            (
                'Adam(model_params, lr=hparams["lr"])',
                'Adam(model_params, lr=hparams.get("learning_rate", 0.005))',
            ),
            (
                'SGD(model_params, lr=hparams["lr"]',
                'SGD(model_params, lr=hparams.get("learning_rate", 0.005)',
            ),
        ),
        loses=frozenset({"4.1a", "4.1b"}),
    ),
)

TRAINING = (
    Mistake(
        name="no_optimizer_step",
        story="Computes gradients and never uses them.",
        edits=(("        optimizer.step()\n", ""),),
        loses=frozenset({"5.1a"}) | ACCURACY,
    ),
    Mistake(
        name="gradients_cleared_before_step",
        story="Calls zero_grad between backward and step, so each step is taken with no gradient.",
        edits=(
            (
                "        optimizer.zero_grad()\n        loss.backward()\n",
                "        loss.backward()\n        optimizer.zero_grad()\n",
            ),
        ),
        loses=frozenset({"5.1a", "5.1b"}) | ACCURACY,
    ),
    Mistake(
        name="loss_climbs",
        story="Turns the sign of the loss, and learns to be wrong.",
        edits=(("loss.backward()", "(-loss).backward()"),),
        loses=frozenset({"5.1a"}) | ACCURACY,
    ),
    Mistake(
        name="no_zero_grad",
        story="Lets the gradients of all batches pile up.",
        edits=(("        optimizer.zero_grad()\n", ""),),
        loses=frozenset({"5.1b"}) | ACCURACY,
    ),
    Mistake(
        name="returns_after_first_batch",
        story="Indents the return of the training loop one level too far.",
        edits=(("    return total_loss / max(samples, 1)", "        return total_loss / max(samples, 1)"),),
        loses=frozenset({"5.1a"}) | ACCURACY,
    ),
    Mistake(
        name="backbone_unfrozen_in_train",
        story="Makes the last layers trainable at the start of the training loop.",
        edits=(
            (
                "    model.train()\n",
                "    model.train()\n"
                "    for parameter in list(model.parameters())[-8:]:\n"
                "        parameter.requires_grad = True\n",
            ),
            LET_GRADIENTS_THROUGH,
        ),
        loses=frozenset({"5.2"}),
    ),
    Mistake(
        name="backbone_unfrozen_in_run_model",
        story="Unfreezes the last stage after building the model, and trains it gently with the head.",
        edits=(
            (
                "    model = build_model()\n",
                "    model = build_model()\n    model.backbone.layer4.requires_grad_(True)\n",
            ),
            ("model.head.parameters(), SGD_PARAMS", 'model.parameters(), {"lr": 0.002, "momentum": 0.9}'),
            LET_GRADIENTS_THROUGH,
        ),
        loses=frozenset({"5.2"}),
    ),
)

RESULT = (
    Mistake(
        name="run_model_returns_nothing",
        story="Trains, and forgets the return.",
        edits=(("    return model.eval()\n", "    model.eval()\n"),),
        loses=ACCURACY,
    ),
    Mistake(
        name="run_model_returns_fresh_model",
        story="Builds the model a second time for the return.",
        edits=(("    return model.eval()\n", "    return build_model().eval()\n"),),
        loses=ACCURACY,
    ),
    Mistake(
        name="run_model_looks_for_missing_file",
        story="Counts the training files from zero and stops at data_batch_0, which does not exist.",
        edits=(("range(1, 6)", "range(0, 5)"),),
        loses=ACCURACY,
    ),
    Mistake(
        name="trains_on_test_batch",
        story="Adds the test file to the training files; the accuracy points are withheld.",
        edits=(("for number in range(1, 6)]", 'for number in range(1, 6)] + ["cifar10_batches/test_batch"]'),),
        loses=ACCURACY,
    ),
    Mistake(
        name="trains_with_softmax_and_tiny_steps",
        story="Gives the loss probabilities for logits and a learning rate of 0.0001: it hardly learns.",
        edits=(
            ("loss_fn(model(images), labels)", "loss_fn(model(images).softmax(dim=1), labels)"),
            ('{"lr": 0.01, "momentum": 0.9}', '{"lr": 0.0001, "momentum": 0.9}'),
        ),
        loses=ACCURACY,
    ),
)

MISTAKES: tuple[Mistake, ...] = BUDGET + DATASET + LOADER + PREPROCESSING + MODEL + OPTIMIZER + TRAINING + RESULT
