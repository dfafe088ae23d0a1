"""Room on the disk."""

import shutil
from pathlib import Path

from deploy.words import Refusal

ROOM_FOR_A_NEW_FOLDER = 400 * 2**20
ROOM_TO_GO_ON = 150 * 2**20
SIGNS_OF_A_FULL_DISK = ("No space left on device", "no space left on device", "insufficient storage resources")


def is_full(line: str) -> bool:
    return any(sign in line for sign in SIGNS_OF_A_FULL_DISK)


def full_disk() -> Refusal:
    return Refusal("磁盘已满。请腾出空间后再启动，数据没有丢失。",
                   "The disk is full. Make room and start again; no data is lost.")


def refuse_full_disk(folder: Path, is_new: bool) -> None:
    needed, free = ROOM_FOR_A_NEW_FOLDER if is_new else ROOM_TO_GO_ON, shutil.disk_usage(folder).free
    if free < needed:
        raise Refusal(
            f"磁盘空间不足：{folder} 需要至少 {needed >> 20} MB，现有 {free >> 20} MB。请腾出空间，或用 --data 换一个位置。",
            f"The disk is too full: {folder} needs at least {needed >> 20} MB, {free >> 20} MB are free. "
            "Make room, or choose another place with --data.")
