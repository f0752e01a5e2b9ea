"""Known mistakes of data set, loader and preprocessing; see `mistakes.py`."""

from autograder.verify.mistake import Mistake

ACCURACY = frozenset({"6.1", "6.2"})

DATASET = (
    Mistake(
        name="dataset_length_one_short",
        story="Takes the last index for the length.",
        edits=(("return len(self.labels)", "return len(self.labels) - 1"),),
        loses=frozenset({"1.1a", "1.1b"}),
    ),
    Mistake(
        name="dataset_reads_first_file_only",
        story="Opens the first of the files, so training sees one fifth of the pictures.",
        edits=(("for data_file in data_files:", "for data_file in list(data_files)[:1]:"),),
        loses=frozenset({"1.1b"}) | ACCURACY,
    ),
    Mistake(
        name="dataset_keeps_last_file_only",
        story="Assigns in the loop where it should extend, so each file replaces the one before.",
        edits=(
            ('rows.extend(batch[b"data"])', 'rows = batch[b"data"]'),
            ('self.labels.extend(batch[b"labels"])', 'self.labels = batch[b"labels"]'),
        ),
        loses=frozenset({"1.1b"}) | ACCURACY,
    ),
    Mistake(
        name="planes_read_as_interleaved",
        story="Reads red, green and blue as if they alternated from pixel to pixel.",
        edits=((".reshape(-1, 3, 32, 32)", ".reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2)"),),
        loses=frozenset({"1.2"}) | ACCURACY,
    ),
    Mistake(
        name="height_and_width_swapped",
        story="Turns rows into columns, so that cars stand on their side.",
        edits=((".reshape(-1, 3, 32, 32)", ".reshape(-1, 3, 32, 32).transpose(0, 1, 3, 2)"),),
        loses=frozenset({"1.2"}) | ACCURACY,
    ),
    Mistake(
        name="colours_in_opencv_order",
        story="Takes the planes for blue, green, red.",
        edits=((".reshape(-1, 3, 32, 32)", ".reshape(-1, 3, 32, 32)[:, [2, 1, 0]]"),),
        loses=frozenset({"1.2"}),
    ),
    Mistake(
        name="pictures_mirrored",
        story="Reads each line from its right end; the network hardly minds.",
        edits=((".reshape(-1, 3, 32, 32)", ".reshape(-1, 3, 32, 32)[..., ::-1].copy()"),),
        loses=frozenset({"1.2"}),
    ),
    Mistake(
        name="labels_sorted",
        story="Sorts the labels and leaves the pictures in their order.",
        edits=(('extend(batch[b"labels"])', 'extend(sorted(batch[b"labels"]))'),),
        loses=frozenset({"1.3"}) | ACCURACY,
    ),
    Mistake(
        name="labels_are_floats",
        story="Returns labels as floats and turns them back into integers in the training loop.",
        edits=(
            ("self.labels[index]", "float(self.labels[index])"),
            ("loss_fn(model(images), labels)", "loss_fn(model(images), labels.long())"),
        ),
        loses=frozenset({"1.3"}),
    ),
    Mistake(
        name="labels_one_hot",
        story="Returns a vector of zeros and a one, which cross-entropy happens to take.",
        edits=(("self.labels[index]", "torch.eye(NUM_CLASSES)[self.labels[index]]"),),
        loses=frozenset({"1.3"}),
    ),
    Mistake(
        name="transform_ignored",
        story="Calls the transform and forgets its result, so the network gets unnormalised pixels.",
        edits=(("image = self.transform(image)", "self.transform(image)"),),
        loses=frozenset({"1.4"}) | ACCURACY,
    ),
    Mistake(
        name="transform_applied_at_build_time",
        story="Transforms all pictures in the constructor: a random flip is drawn once and for all.",
        edits=(
            (
                "        self.transform = transform\n",
                "        pictures = self.images.float() / 255\n"
                "        self.images = pictures if transform is None else [transform(p) for p in pictures]\n",
            ),
            ("self.images[index].float() / 255", "self.images[index]"),
            ("        if self.transform is not None:\n            image = self.transform(image)\n", ""),
        ),
        loses=frozenset({"1.4"}),
    ),
    Mistake(
        name="transform_cached",
        story="Keeps what the transform gave at the first fetch, so each epoch sees the same flips.",
        edits=(
            (
                "        self.transform = transform\n",
                "        self.transform = transform\n        self.seen = {}\n",
            ),
            ("image = self.transform(image)", "image = self.seen.setdefault(index, self.transform(image))"),
        ),
        loses=frozenset({"1.4"}),
    ),
    Mistake(
        name="no_transform_crashes",
        story="Calls the transform without asking whether there is one.",
        edits=(
            (
                "        if self.transform is not None:\n            image = self.transform(image)\n",
                "        image = self.transform(image)\n",
            ),
        ),
        loses=frozenset({"1.4"}),
    ),
    Mistake(
        name="no_transform_gives_flat_row",
        story="Gives the picture its shape only on the way into a transform.",
        edits=(
            (
                "            image = self.transform(image)\n",
                "            image = self.transform(image)\n        else:\n            image = image.flatten()\n",
            ),
        ),
        loses=frozenset({"1.4"}),
    ),
)

LOADER = (
    Mistake(
        name="labels_in_a_column",
        story="Batches labels as (B, 1) and flattens them again in the training loop.",
        edits=(
            (
                "return DataLoader(dataset, **loader_params)",
                "def with_label_column(samples: list) -> list[torch.Tensor]:\n"
                "        images, labels = torch.utils.data.default_collate(samples)\n"
                "        return [images, labels.unsqueeze(1)]\n\n"
                "    return DataLoader(dataset, collate_fn=with_label_column, **loader_params)",
            ),
            ("loss_fn(model(images), labels)", "loss_fn(model(images), labels.flatten())"),
        ),
        loses=frozenset({"2.1"}),
    ),
    Mistake(
        name="last_batch_dropped",
        story="Drops the batch that is not full.",
        edits=(("DataLoader(dataset, **loader_params)", "DataLoader(dataset, **loader_params, drop_last=True)"),),
        loses=frozenset({"2.1"}),
    ),
    Mistake(
        name="batch_size_hard_coded",
        story="Writes a batch size of its own into the loader.",
        edits=(
            (
                "DataLoader(dataset, **loader_params)",
                'DataLoader(dataset, batch_size=50, shuffle=loader_params["shuffle"])',
            ),
        ),
        loses=frozenset({"2.1", "2.2a"}),
    ),
    Mistake(
        name="never_shuffles",
        story="Passes the batch size on and forgets the shuffling.",
        edits=(
            (
                "DataLoader(dataset, **loader_params)",
                'DataLoader(dataset, batch_size=loader_params["batch_size"])',
            ),
        ),
        loses=frozenset({"2.2b"}),
    ),
    Mistake(
        name="always_shuffles",
        story="Shuffles whatever was asked for.",
        edits=(
            (
                "DataLoader(dataset, **loader_params)",
                'DataLoader(dataset, batch_size=loader_params["batch_size"], shuffle=True)',
            ),
        ),
        loses=frozenset({"2.2b"}),
    ),
)

PREPROCESSING = (
    Mistake(
        name="preprocessing_gives_bytes",
        story="Leaves bytes to the loader and normalises inside the network.",
        edits=(
            ("transforms.Normalize(CIFAR_MEAN, CIFAR_STD)", "transforms.ConvertImageDtype(torch.uint8)"),
            (
                "self.backbone(images)",
                "self.backbone(\n"
                "                transforms.functional.normalize(images / 255, CIFAR_MEAN, CIFAR_STD)\n"
                "            )",
            ),
        ),
        loses=frozenset({"2.3a"}),
    ),
    Mistake(
        name="random_flip_in_test_mode",
        story="Uses the training transform in both modes.",
        edits=(('if mode == "train":', 'if mode in ("train", "test"):'),),
        loses=frozenset({"2.3b"}),
    ),
    Mistake(
        name="test_mode_not_normalised",
        story="Normalises the training pictures only.",
        edits=(("transforms.Compose([normalize])", "transforms.Compose([])"),),
        loses=frozenset({"2.3b"}),
    ),
    Mistake(
        name="modes_scale_differently",
        story="Mistypes the standard deviation in the training transform only.",
        edits=(
            (
                "[transforms.RandomHorizontalFlip(), normalize]",
                "[transforms.RandomHorizontalFlip(), transforms.Normalize(CIFAR_MEAN, (0.36,) * 3)]",
            ),
        ),
        loses=frozenset({"2.3b"}),
    ),
    Mistake(
        name="pixels_0_to_255",
        story="Normalises pixels that were never divided by 255.",
        edits=(("self.images[index].float() / 255", "self.images[index].float()"),),
        loses=ACCURACY,
    ),
    Mistake(
        name="not_normalised",
        story="Feeds pixels in [0, 1] to a network that was trained on normalised ones.",
        edits=(("Normalize(CIFAR_MEAN, CIFAR_STD)", "Normalize((0.0,) * 3, (1.0,) * 3)"),),
        loses=ACCURACY,
    ),
    Mistake(
        name="standard_deviation_mistyped",
        story="Divides by a standard deviation of 0.629, and the features fade.",
        edits=(("(0.2471, 0.2435, 0.2616)", "(0.629, 0.629, 0.629)"),),
        loses=ACCURACY,
    ),
)
