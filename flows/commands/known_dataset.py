"""Datasets named on the command line."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.message import Message, WrongUseError


def known_dataset(datasets: Mapping[str, object], name: str) -> str:
    """The id of a dataset as given on the command line. Raises where there is none."""
    dataset_id = name.rpartition("/")[2]
    if dataset_id not in datasets:
        known = "、".join(sorted(datasets))
        raise WrongUseError(
            Message(f"没有名为“{name}”的数据集。", f"There is no dataset '{name}'."),
            advice=Message(f"可用：{known}。", f"Known: {known}."),
        )
    return dataset_id
