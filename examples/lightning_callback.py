"""Lightning's validation with the Dice tab: ``python examples/lightning_callback.py [log_dir]``."""

import sys
from typing import Any

import lightning
import torch
from pytorch_loop import EPOCHS, loader
from shapes import CLASSES

from tb_dice import DiceRecorder


class DiceTab(lightning.Callback):
    """Records the validation of a module whose ``validation_step`` returns its logits."""

    def __init__(self, log_dir: str, **options: Any) -> None:
        self._log_dir, self._options = log_dir, options

    def setup(self, trainer: Any, module: Any, stage: str) -> None:
        """Opens the log; each process has its own."""
        place = {"rank": trainer.global_rank, "world_size": trainer.world_size}
        self._recorder = DiceRecorder(self._log_dir, **place, **self._options)

    def on_validation_batch_end(
        self, trainer: Any, module: Any, outputs: Any, batch: Any, *place: int
    ) -> None:
        """Adds a batch."""
        if not trainer.sanity_checking:
            x, y = batch
            self._recorder.update(y, outputs.movedim(1, -1), images=x.movedim(1, -1))

    def on_validation_epoch_end(self, trainer: Any, module: Any) -> None:
        """Writes the pass."""
        if not trainer.sanity_checking:
            self._recorder.commit(trainer.current_epoch)

    def teardown(self, trainer: Any, module: Any, stage: str) -> None:
        """Closes the log."""
        self._recorder.close()


class Segmentation(lightning.LightningModule):
    """Two convolutions."""

    def __init__(self) -> None:
        super().__init__()
        conv = torch.nn.Conv2d
        self.net = torch.nn.Sequential(conv(1, 8, 5, padding=2), torch.nn.ReLU(), conv(8, 3, 1))

    def training_step(self, batch: Any, index: int) -> torch.Tensor:
        """The loss of a batch."""
        x, y = batch
        return torch.nn.functional.cross_entropy(self.net(x), y)

    def validation_step(self, batch: Any, index: int) -> torch.Tensor:
        """The logits of a batch."""
        return self.net(batch[0])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Adam."""
        return torch.optim.Adam(self.parameters(), 2e-2)


def main(log_dir: str = "logs/examples") -> None:
    """Trains, and records each validation pass."""
    lightning.seed_everything(0)
    tab = DiceTab(f"{log_dir}/lightning/dice", class_names=CLASSES, activation="softmax")
    trainer = lightning.Trainer(
        max_epochs=EPOCHS,
        accelerator="auto",
        devices=1,
        callbacks=[tab],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Segmentation(), loader(256, seed=1), loader(16, seed=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
