"""Known mistakes: small edits of the reference solution and of its files, and the tests that each must lose."""

from autograder.assignments.animals_transfer.mistakes_of_files import ANALYSIS, FILES
from autograder.verify.mistake import Mistake

ONE_NUMBER = "transforms.Resize(SIDE)"
NOT_UPDATED = (
    '            best_weights, best_accuracy = copy.deepcopy(model.state_dict()), history["val_acc"][-1]\n'
    "            torch.save(best_weights, checkpoint)\n"
)
SCHEDULER_STEP = "        scheduler.step()\n"
NO_GRADIENT_YET = "                    optimizer.zero_grad()\n"
LR_NOTED = '        history["lr"].append(optimizer.param_groups[0]["lr"])  # before the scheduler changes it\n'

DATA = (
    Mistake(
        name="resize_by_one_number",
        story="Resizes the shorter side alone, so that a batch of unequal pictures cannot be stacked.",
        edits=(
            ("transforms.Resize((SIDE, SIDE)), transforms.RandomHorizontalFlip()", f"{ONE_NUMBER}, FLIP"),
            ('"val": transforms.Compose([transforms.Resize((SIDE, SIDE))', f'"val": transforms.Compose([{ONE_NUMBER}'),
            ("SIDE = 224\n", "SIDE = 224\nFLIP = transforms.RandomHorizontalFlip()\n"),
        ),
        loses=frozenset({"1.1a"}),
    ),
    Mistake(
        name="validation_is_flipped_too",
        story="Uses one transform, with its random flip, for both phases.",
        edits=(
            (
                '"val": transforms.Compose([transforms.Resize((SIDE, SIDE)), *to_network])',
                '"val": transforms.Compose(\n'
                "        [transforms.Resize((SIDE, SIDE)), transforms.RandomHorizontalFlip(0.5), *to_network]\n"
                "    )",
            ),
        ),
        loses=frozenset({"1.1b"}),
    ),
    Mistake(
        name="never_flips",
        story="Forgets the random flip.",
        edits=(("transforms.RandomHorizontalFlip(), *to_network", "*to_network"),),
        loses=frozenset({"1.1b"}),
    ),
    Mistake(
        name="normalised_with_one_half",
        story="Normalises with mean and standard deviation 0.5; denormalize, which is right, does not fit.",
        edits=(("transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD)", "transforms.Normalize((0.5,) * 3, (0.5,) * 3)"),),
        loses=frozenset({"1.1c"}),
    ),
    Mistake(
        name="test_split_off_from_training",
        story="Draws the test set from the training pictures by chance, with their transform.",
        edits=(
            (
                "    dataloaders = {\n",
                "    part = len(folders['test'])\n"
                "    folders['test'] = torch.utils.data.random_split(\n"
                "        folders['train'], [part, len(folders['train']) - part]\n"
                "    )[0]\n"
                "    dataloaders = {\n",
            ),
        ),
        loses=frozenset({"1.1b", "1.1d"}),
    ),
    Mistake(
        name="test_with_training_transform",
        story="Reads the test pictures with the transform of the training pictures.",
        edits=(
            (
                'data_transforms["train" if phase == "train" else "val"]',
                'data_transforms["val" if phase == "val" else "train"]',
            ),
        ),
        loses=frozenset({"1.1b"}),
    ),
    Mistake(
        name="batch_size_hard_coded",
        story="Writes a batch size of its own into the loaders.",
        edits=(("DataLoader(folder, batch_size=batch_size,", "DataLoader(folder, batch_size=4,"),),
        loses=frozenset({"1.1d"}),
    ),
    Mistake(
        name="training_not_shuffled",
        story="Leaves the training pictures in the order of the folders.",
        edits=(('shuffle=phase == "train"', "shuffle=False"),),
        loses=frozenset({"1.1e"}),
    ),
    Mistake(
        name="classes_as_folders_are_listed",
        story="Takes the names of the classes as os.listdir gives them.",
        edits=(('folders["train"].classes', '__import__("os").listdir(Path(data_dir) / "train")'),),
        loses=frozenset({"1.1f"}),
    ),
    Mistake(
        name="denormalized_with_one_half",
        story="Undoes a normalisation with 0.5, which is not the one that was done.",
        edits=(("pixels * np.array(IMAGENET_STD) + np.array(IMAGENET_MEAN)", "pixels * 0.5 + 0.5"),),
        loses=frozenset({"1.2a"}),
    ),
    Mistake(
        name="shown_without_denormalizing",
        story="Shows the network's units instead of colours.",
        edits=(("plt.imshow(denormalize(inp))", "plt.imshow(np.clip(inp.numpy().transpose(1, 2, 0), 0, 1))"),),
        loses=frozenset({"1.2b"}),
    ),
    Mistake(
        name="shown_with_one_half",
        story="Denormalises for the figure by hand, with 0.5 instead of ImageNet's statistics.",
        edits=(
            ("plt.imshow(denormalize(inp))", "plt.imshow(np.clip(inp.numpy().transpose(1, 2, 0) / 2 + 0.5, 0, 1))"),
        ),
        loses=frozenset({"1.2b"}),
    ),
)

TRAINING = (
    Mistake(
        name="validates_in_training_mode",
        story="Never leaves training mode.",
        edits=(("model.train(training)", "model.train()"),),
        loses=frozenset({"2.1a"}),
    ),
    Mistake(
        name="gradients_pile_up",
        story="Never clears the gradients.",
        edits=((NO_GRADIENT_YET, ""),),
        loses=frozenset({"2.1b"}),
    ),
    Mistake(
        name="learns_from_validation",
        story="Steps in both phases.",
        edits=(
            ("torch.set_grad_enabled(training)", "torch.enable_grad()"),
            ("                if training:\n", "                if loss.requires_grad:\n"),
        ),
        loses=frozenset({"2.1b"}),
    ),
    Mistake(
        name="one_step_an_epoch",
        story="Steps behind the loop over batches, with the sum of their gradients.",
        edits=(
            (NO_GRADIENT_YET, ""),
            ("                    optimizer.step()\n", ""),
            (
                '            history[f"{phase}_loss"]',
                "            if training:\n"
                "                optimizer.step()\n"
                "                optimizer.zero_grad()\n"
                '            history[f"{phase}_loss"]',
            ),
        ),
        loses=frozenset({"2.1b"}),
    ),
    Mistake(
        name="scheduler_stepped_each_batch",
        story="Steps the scheduler behind each optimizer step.",
        edits=(
            (SCHEDULER_STEP, ""),
            (
                "                    optimizer.step()\n",
                "                    optimizer.step()\n                    scheduler.step()\n",
            ),
        ),
        loses=frozenset({"2.1c"}),
    ),
    Mistake(
        name="figures_noted_for_each_batch",
        story="Appends losses inside the loop over batches.",
        edits=(
            (
                '            history[f"{phase}_loss"].append(loss_sum / dataset_sizes[phase])\n',
                '                history[f"{phase}_loss"].append(loss_sum / dataset_sizes[phase])\n',
            ),
        ),
        loses=frozenset({"2.1d", "2.1e"}),
    ),
    Mistake(
        name="time_noted_once",
        story="Notes the time of the whole training, and not of each epoch.",
        edits=(
            ('        history["time"].append(time.time() - start)\n', ""),
            (
                '        print(f"epoch {epoch + 1}/{num_epochs}: " + ", ".join(f"{curve} {history[curve][-1]:.4g}" '
                "for curve in CURVES))\n",
                "",
            ),
            (
                "    model.load_state_dict(best_weights)\n",
                '    history["time"].append(time.time() - start)\n    model.load_state_dict(best_weights)\n',
            ),
        ),
        loses=frozenset({"2.1d"}),
    ),
    Mistake(
        name="loss_is_mean_of_batches",
        story="Adds up mean losses of batches as if all were of one size.",
        edits=(
            ("loss_sum += loss.item() * len(inputs)", "loss_sum += loss.item()"),
            ("loss_sum / dataset_sizes[phase]", "loss_sum / len(dataloaders[phase])"),
        ),
        loses=frozenset({"2.1e"}),
    ),
    Mistake(
        name="rate_noted_twice_after_the_step",
        story="Notes the learning rate in both phases, when the scheduler has changed it already.",
        edits=(
            (LR_NOTED, ""),
            (SCHEDULER_STEP, f'{SCHEDULER_STEP}        history["lr"] += scheduler.get_last_lr() * 2\n'),
        ),
        loses=frozenset({"2.1f"}),
    ),
    Mistake(
        name="best_saved_outside_the_loop",
        story="Copies the weights once, before the first epoch, and returns these.",
        edits=(
            (
                "            best_weights, best_accuracy = copy.deepcopy(model.state_dict()), history",
                "            best_accuracy = history",
            ),
        ),
        loses=frozenset({"2.1g", "2.1i"}),
    ),
    Mistake(
        name="best_weights_not_copied",
        story="Keeps the state dict itself, which goes on changing.",
        edits=(
            (
                'best_weights, best_accuracy = copy.deepcopy(model.state_dict()), history["val_acc"][-1]',
                'best_weights, best_accuracy = model.state_dict(), history["val_acc"][-1]',
            ),
        ),
        loses=frozenset({"2.1g"}),
    ),
    Mistake(
        name="best_by_training_accuracy",
        story="Takes the epoch that did best on what it has learned from.",
        edits=(
            ('if history["val_acc"][-1] > best_accuracy:', 'if history["train_acc"][-1] > best_accuracy:'),
            (
                'copy.deepcopy(model.state_dict()), history["val_acc"][-1]',
                'copy.deepcopy(model.state_dict()), history["train_acc"][-1]',
            ),
        ),
        loses=frozenset({"2.1g", "2.1i"}),
    ),
    Mistake(
        name="best_loaded_back_each_epoch",
        story="Loads the best weights after every epoch, so that training never moves past the best.",
        edits=(
            (
                '        history["time"].append(time.time() - start)\n',
                '        history["time"].append(time.time() - start)\n        model.load_state_dict(best_weights)\n',
            ),
        ),
        loses=frozenset({"2.1h"}),
    ),
    Mistake(
        name="checkpoint_of_every_epoch",
        story="Writes the checkpoint after each epoch, the best or not.",
        edits=(
            ("            torch.save(best_weights, checkpoint)\n", ""),
            (SCHEDULER_STEP, f"{SCHEDULER_STEP}        torch.save(model.state_dict(), checkpoint)\n"),
        ),
        loses=frozenset({"2.1i"}),
    ),
)

NETWORKS = (
    Mistake(
        name="scratch_is_pretrained",
        story="Starts from pretrained weights where none are asked for.",
        edits=(("models.resnet18(weights=None)", 'models.resnet18(weights="DEFAULT")'),),
        loses=frozenset({"2.2a"}),
    ),
    Mistake(
        name="finetune_not_pretrained",
        story="Fine-tunes random weights.",
        edits=(
            (
                '    """Return a ResNet-18 with pretrained weights and a new head, all to be trained."""\n'
                "    model = models.resnet18(weights=models.ResNet18_Weights.DEFAULT)\n",
                '    """Return a ResNet-18."""\n    model = models.resnet18()\n',
            ),
        ),
        loses=frozenset({"2.2b"}),
    ),
    Mistake(
        name="extractor_not_frozen",
        story="Leaves the backbone trainable.",
        edits=(("backbone.requires_grad_(False)", "backbone"),),
        loses=frozenset({"2.2c"}),
    ),
    Mistake(
        name="scratch_keeps_1000_outputs",
        story="Leaves ImageNet's thousand outputs, which its checkpoint does not have.",
        edits=(
            (
                "resnet18(weights=None)\n    model.fc = nn.Linear(model.fc.in_features, num_classes)\n",
                "resnet18(weights=None)\n",
            ),
        ),
        loses=frozenset({"2.2a", "2.3e"}),
    ),
)

OPTIMIZER = (
    Mistake(
        name="another_learning_rate",
        story="Takes the tutorial's learning rate.",
        edits=(("lr=5e-3", "lr=1e-3"),),
        loses=frozenset({"2.3a"}),
    ),
    Mistake(
        name="weight_decay_given_to_the_scheduler",
        story="Uses 1e-1 for the scheduler's factor, and gives SGD no weight decay.",
        edits=((", weight_decay=1e-1)", ")"), ("gamma=0.1)", "gamma=1e-1)")),
        loses=frozenset({"2.3b"}),
    ),
    Mistake(
        name="tutorial_schedule",
        story="Lowers the rate every 7 epochs, as the tutorial does.",
        edits=(("step_size=10", "step_size=7"),),
        loses=frozenset({"2.3c"}),
    ),
    Mistake(
        name="negative_log_likelihood",
        story="Takes a loss that expects logarithms of probabilities.",
        edits=(("return nn.CrossEntropyLoss(), optimizer", "return nn.NLLLoss(), optimizer"),),
        loses=frozenset({"2.3d"}),
    ),
)

MISTAKES = (*DATA, *TRAINING, *NETWORKS, *OPTIMIZER, *FILES, *ANALYSIS)
