"""What Slack refuses in a message as a whole: no text, too long, too many blocks, two tables."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.errors import SlackError
from sandbox.validate_blocks import faults_of
from sandbox.validate_parts import Block, characters

MOST_BLOCKS = 50
MOST_CHARACTERS = 13_200  # over all blocks of a message
MOST_TEXT = 40_000
MOST_UPDATE_TEXT = 4_000


def check_message(text: str, blocks: object, *, update: bool = False) -> None:
    """Raise SlackError for what Slack would refuse."""
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > (MOST_UPDATE_TEXT if update else MOST_TEXT):
        raise SlackError("msg_too_long")
    if blocks:
        check_blocks(blocks)


def check_blocks(blocks: object) -> None:
    """Raise SlackError: `invalid_blocks_format` where it is no list of objects, `invalid_blocks`
    saying where, `invalid_attachments` for a second table, or `msg_blocks_too_long`."""
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        raise SlackError("invalid_blocks_format")
    faults = list(blocks_faults(blocks, MOST_BLOCKS))
    if faults:
        raise SlackError("invalid_blocks", response_metadata={"messages": faults})
    if sum(b.get("type") == "table" for b in blocks) > 1:
        # Slack counts tables among the attachments of a message.
        said = ["[ERROR] only_one_table_allowed [json-pointer:/blocks]"]
        raise SlackError("invalid_attachments", response_metadata={"messages": said})
    if sum(map(characters, blocks)) > MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def blocks_faults(
    blocks: list[Block], most: int, where: str = "/blocks", surface: str = "message"
) -> Iterator[str]:
    """What is wrong with a list of blocks: their number, their ids, each of them."""
    if len(blocks) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{where}]"
    ids = [str(b["block_id"]) for b in blocks if b.get("block_id")]
    if len(ids) != len(set(ids)):
        yield f"[ERROR] `block_id` must be unique [json-pointer:{where}]"
    for number, block in enumerate(blocks):
        yield from faults_of(block, f"{where}/{number}", surface)
