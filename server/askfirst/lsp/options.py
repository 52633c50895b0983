"""What the client says of itself and of what it wants. Anything may be missing or wrong in it: then the default stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lsprotocol.types import InitializeParams
from pygls.capabilities import get_capability

from askfirst.findings import Confidence
from askfirst.text import LANGUAGES

SHOW_PATH = "askfirst.showPath"  # the client's own command


class Options(NamedTuple):
    """The section `askfirst` of the client's settings."""

    lang: str = ""  # "" is "auto"
    confidence: Confidence = Confidence.MEDIUM
    code_lens: bool = False
    inlay_hints: bool = False
    config: str = ""  # the settings file; "" is askfirst.toml of the folder
    project: bool = True  # also say what is wrong in files that are not open


class Client(NamedTuple):
    """What the client can do."""

    locale: str = ""
    pull: bool = False  # asks for diagnostics itself
    refresh: bool = False  # can be told to ask again
    progress: bool = False
    watches: bool = False  # tells what changes on disk
    watches_settings: bool = False
    configuration: bool = False
    versions: bool = False  # edits may name the version of a document
    creates: bool = False  # edits may make files
    resolves: bool = False  # a code action's edit may be asked for later
    literals: bool = False  # knows code actions, not only commands
    related: bool = False
    tags: bool = False
    links: bool = False  # shows a diagnostic's code as a link
    data: bool = False
    hovers: bool = False  # shows Markdown in hovers
    documents: bool = False  # shows Markdown beside completions
    tooltips: bool = False  # shows words with links
    shows_path: bool = False  # has a command that shows a finding's path


def options(given: object, base: Options) -> Options:
    """The options in a JSON object, over those of `base`."""
    if not isinstance(given, Mapping):
        return base
    lang, confidence, config = given.get("lang"), given.get("confidence"), given.get("config")
    if isinstance(lang, str):
        base = base._replace(lang=lang if lang in LANGUAGES else "")
    if isinstance(confidence, str) and confidence.upper() in Confidence.__members__:
        base = base._replace(confidence=Confidence[confidence.upper()])
    if isinstance(config, str):
        base = base._replace(config=config)

    def flag(name: str, default: bool) -> bool:
        return value if isinstance(value := given.get(name), bool) else default

    return base._replace(
        code_lens=flag("codeLens", base.code_lens),
        inlay_hints=flag("inlayHints", base.inlay_hints),
        project=flag("projectDiagnostics", base.project),
    )


def client(params: InitializeParams) -> Client:
    """What an `initialize` request tells."""

    def can(name: str) -> Any:
        return get_capability(params.capabilities, name)

    publish = "text_document.publish_diagnostics"
    resolved = can("text_document.code_action.resolve_support.properties") or ()
    operations = can("workspace.workspace_edit.resource_operations") or ()
    given = params.initialization_options
    named = params.client_info.name if params.client_info is not None else ""
    commands = given.get("commands") if isinstance(given, Mapping) else None
    return Client(
        locale=params.locale or "",
        pull=can("text_document.diagnostic") is not None,
        refresh=bool(can("workspace.diagnostics.refresh_support")),
        progress=bool(can("window.work_done_progress")),
        watches=bool(can("workspace.did_change_watched_files.dynamic_registration")),
        watches_settings=bool(can("workspace.did_change_configuration.dynamic_registration")),
        configuration=bool(can("workspace.configuration")),
        versions=bool(can("workspace.workspace_edit.document_changes")),
        creates="create" in operations,
        resolves="edit" in resolved and bool(can("text_document.code_action.data_support")),
        literals=can("text_document.code_action.code_action_literal_support") is not None,
        related=bool(can(f"{publish}.related_information")),
        tags=can(f"{publish}.tag_support") is not None,
        links=bool(can(f"{publish}.code_description_support")),
        data=bool(can(f"{publish}.data_support")),
        hovers="markdown" in (can("text_document.hover.content_format") or ()),
        documents="markdown" in (can("text_document.completion.completion_item.documentation_format") or ()),
        tooltips=bool(can("text_document.document_link.tooltip_support")),
        shows_path=SHOW_PATH in commands if isinstance(commands, list) else "code" in named.lower(),
    )


def language(wanted: Options, client: Client, settings: str, default: str) -> str:
    """What is spoken: what the client asks for, else the command line, else the editor's language, else the settings', else English."""
    if wanted.lang or default:
        return wanted.lang or default
    return "zh" if client.locale.lower().startswith("zh") else settings or "en"
