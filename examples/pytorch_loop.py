"""A plain PyTorch loop with the Dice tab: ``python examples/pytorch_loop.py [log_dir]``."""

import sys

import torch
from shapes import CLASSES, shapes
from torch.utils.data import DataLoader, TensorDataset

from tb_dice import DiceRecorder

EPOCHS = 5


def loader(count: int, seed: int) -> DataLoader:
    """Images [N, 1, H, W] and label maps [N, H, W] in batches of 8."""
    images, labels = map(torch.from_numpy, shapes(count, seed))
    return DataLoader(TensorDataset(images.movedim(-1, 1), labels), batch_size=8)


def main(log_dir: str = "logs/examples") -> None:
    """Trains, and records each validation pass."""
    torch.manual_seed(0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    conv = torch.nn.Conv2d
    model = torch.nn.Sequential(conv(1, 8, 5, padding=2), torch.nn.ReLU(), conv(8, 3, 1)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), 2e-2)
    criterion = torch.nn.CrossEntropyLoss()
    training, validation = loader(256, seed=1), loader(16, seed=2)

    with DiceRecorder(
        f"{log_dir}/pytorch/dice", class_names=CLASSES, activation="softmax"
    ) as recorder:
        for epoch in range(EPOCHS):
            for x, y in training:
                optimizer.zero_grad()
                criterion(model(x.to(device)), y.to(device)).backward()
                optimizer.step()
            with torch.no_grad():
                for x, y in validation:
                    logits = model(x.to(device))
                    # Channels go last; the sums are computed on the device of the logits.
                    recorder.update(y, logits.movedim(1, -1), images=x.movedim(1, -1))
            recorder.commit(epoch)


if __name__ == "__main__":
    main(*sys.argv[1:])
