"""The cache at the command line: its size, its words, what `askfirst cache` shows. SQLite is loaded when it is needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.arguments import UsageError
from askfirst.text import Text

if TYPE_CHECKING:
    from askfirst.cache import CachedReader
    from askfirst.loading import Reader
    from askfirst.store import Store

NOT_KEPT = Text("the cache in `{path}` cannot be used: {why}", "无法使用 `{path}` 中的缓存：{why}")
NOT_CLEARED = Text("cannot clear the cache in `{path}`: {why}", "无法清除 `{path}` 中的缓存：{why}")
NO_FOLDER = Text(
    "there is no folder for a cache; ASKFIRST_CACHE_DIR can name one", "没有可用的缓存目录；可用 ASKFIRST_CACHE_DIR 指定"
)
NO_SIZE = Text(
    "ASKFIRST_CACHE_SIZE: a size such as 500M or 2G is wanted, not `{said}`",
    "ASKFIRST_CACHE_SIZE 需要如 500M、2G 的大小，而不是 `{said}`",
)
SHOWN = Text(
    "folder   {path}\nsize     {size:.1f} MB of at most {most:.0f} MB\nentries  {entries}\n",
    "目录  {path}\n大小  {size:.1f} MB，上限 {most:.0f} MB\n条目  {entries}\n",
)
CLEARED = Text("cleared the cache in {path}: {size:.1f} MB", "已清除 {path} 中的缓存：{size:.1f} MB")
MEGA = 1_000_000
UNITS = {"K": 1000, "M": MEGA, "G": 1000 * MEGA}
LIMIT = 1000 * MEGA  # bytes


def behind_cache(root: Path, reader: Reader) -> CachedReader | None:
    """`reader` behind the user's cache; None where there is to be none. Raises UsageError for a size that is none."""
    limit = most()
    try:
        from askfirst.cache import cached
    except ImportError:  # a Python without SQLite
        return None
    return cached(root, reader, limit)


def fault(kept: CachedReader | None, lang: str) -> str:
    """Why nothing was kept; "" when it was."""
    return _fault(kept.store, lang) if kept is not None else ""


def shown(lang: str) -> str:
    """What `askfirst cache` says. Raises UsageError."""
    store = _store()
    size, entries = store.size()
    if said := _fault(store, lang):
        raise UsageError(Text("{said}", "{said}"), said=said)
    return SHOWN.of(lang).format(path=store.folder, size=size / MEGA, most=store.limit / MEGA, entries=entries)


def cleared(lang: str) -> str:
    """Take the cache away, and say so. Raises UsageError."""
    store = _store()
    size = store.size().bytes
    try:
        store.clear()
    except OSError as error:
        raise UsageError(NOT_CLEARED, path=str(store.folder), why=error.strerror or str(error)) from None
    return CLEARED.of(lang).format(path=store.folder, size=size / MEGA)


def most() -> int:
    """The bytes that the cache may take. Raises UsageError."""
    said = os.environ.get("ASKFIRST_CACHE_SIZE", "").strip()
    number, unit = (said[:-1], UNITS[said[-1]]) if said[-1:] in UNITS else (said, 1)
    if said and not (number.isascii() and number.isdecimal()):
        raise UsageError(NO_SIZE, said=said)
    return int(number) * unit if said else LIMIT


def _store() -> Store:
    from askfirst.cache import place
    from askfirst.store import Store

    limit, folder = most(), place()
    if folder is None:
        raise UsageError(NO_FOLDER)
    return Store(folder, limit)


def _fault(store: Store, lang: str) -> str:
    return "" if store.fault is None else NOT_KEPT.of(lang).format(path=store.folder, why=store.fault.of(lang))
