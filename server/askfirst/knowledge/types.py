"""The shapes of what Askfirst knows. Every row carries its source, and a mark: V verified, R recalled (less sure)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import NamedTuple

from askfirst.text import Text
from askfirst.versions import key, moves

# Data tiers: identifiers, lists, location, content, senses, traits (see docs/architecture.md).
TIERS = ("identifiers", "lists", "location", "content", "senses", "traits", "none")


class Data(NamedTuple):
    """A kind of personal information."""

    id: str  # "imei", "android-id", "installed-apps"
    tier: str
    name: Text


class Need(NamedTuple):
    """A permission an API needs on API levels [first, last]; 0 means from the beginning / to this day.

    At one level all needs without `any_of` are needed, and one of those with it.
    """

    permission: str  # full name
    first: int
    last: int
    any_of: bool  # one of the row's permissions is enough
    conditional: bool = False  # needed only in some cases: counts as a use of the permission, never as missing


class Api(NamedTuple):
    """A way to personal data or to something a permission guards.

    kind      key
    method    "android.telephony.TelephonyManager#getImei" (constructors: "#<init>"); Kotlin properties: the model
    field     "android.os.Build#SERIAL"
    uri       "content://com.android.contacts" (prefix) ; constants that name such a URI are `field` rows
    shell     "getprop", "pm list packages" (a prefix of the command)
    file      "/sys/class/net/wlan0/address"
    property  "ro.serialno" (SystemProperties)
    reflect   "getDeviceId" (a method name given to reflection)
    action    "android.provider.Telephony.SMS_RECEIVED" (intent actions, received or started)
    string    "deviceUniqueId", "android_id" (constant argument that makes a generic read personal)
    """

    kind: str
    key: str
    data: str  # Data.id; "" when the row only tells of a permission
    needs: tuple[Need, ...]
    argument: str  # regular expression one constant argument must match ("android_id"), or ""
    collects: bool  # reading it is collection; False: evidence of use of a permission only
    mark: str  # V or R
    source: str


class Start(NamedTuple):
    """A vendor's call. `call` is "Class.method", "Outer.Inner.method", "Class.<init>" or fully qualified."""

    call: str
    argument: str  # regular expression over the call's constant arguments joined by ","; "" for any
    mark: str
    source: str
    # the vendor's safe call that may stand here until the user agrees, and how many of the first arguments it takes: "preInit", 3
    before: str = ""
    takes: int = 0


def _among(library: str, globs: tuple[str, ...]) -> bool:
    """Whether `globs` name the library `group:name`; none name all."""
    return not globs or any(fnmatchcase(library, glob) for glob in globs)


def _before(version: str, since: str) -> bool:
    """Whether a known, fixed version is earlier than `since`."""
    return bool(since and version) and not moves(version) and key(version) < key(since)


class Switch(NamedTuple):
    """A manifest meta-data that turns collection off (or leaves it on)."""

    name: str
    off: str  # the value that turns it off: "false" or "true"
    what: Text  # what stays on without it
    coordinates: tuple[str, ...]  # the libraries (globs) that read it; () = all of the SDK's
    enables: tuple[str, ...]  # calls "Class.method" that turn it on or off later
    mark: str
    source: str

    def read_by(self, library: str) -> bool:
        """Whether the library `group:name` of its SDK reads it."""
        return _among(library, self.coordinates)


class AutoStart(NamedTuple):
    """A provider, initializer or receiver that a library merges and that runs by itself."""

    name: str  # class name
    kind: str  # provider initializer receiver
    coordinates: tuple[str, ...]
    collects: bool  # what it starts collects, as far as we know; False = infrastructure
    evidence: str  # "artifact" (read in the bytes), "listed" (a public list says it starts), "" …
    switch: str  # meta-data name that stops it, or ""
    mark: str
    source: str
    since: str  # first version that has it, or ""

    def comes_with(self, library: str, version: str) -> bool:
        """Whether the library `group:name` of its SDK brings it; in a version that nobody can say it does."""
        return _among(library, self.coordinates) and not _before(version, self.since)

    @property
    def element(self) -> str:
        """The manifest element it is: App Startup lists its initializers as meta-data."""
        return "meta-data" if self.kind == "initializer" else self.kind


class Brings(NamedTuple):
    """A permission that an SDK's manifest merges into the app's."""

    permission: str
    mark: str
    source: str  # begins with the artifact and the version that was read: "group:name 1.2.3 …"
    since: str  # the SDK's version that brought it first; "" unknown
    until: str = ""  # the last version known to bring it, "1.1" for all 1.1.x; "" where it still does

    def comes_with(self, version: str) -> bool:
        """Whether `version` of the library, of a range its lowest, brings it. A version that nobody can say is a new one."""
        if _before(version, self.since):
            return False
        if not self.until:
            return True
        last, own = key(self.until)[:-1], key(version.lstrip("^~>= "))
        return version[-1:].isdigit() and own[: len(last)] <= last


class Sdk(NamedTuple):
    """A third-party SDK."""

    id: str
    name: Text
    vendor: Text
    kind: str  # analytics attribution crash push map ads social pay login im rtc risk hotfix ...
    abroad: bool  # the vendor receives data outside mainland China
    coordinates: tuple[str, ...]  # "group:artifact" globs
    packages: tuple[str, ...]  # package prefixes
    plugins: tuple[str, ...]  # Flutter and React Native package names, Gradle plugin ids
    starts: tuple[Start, ...]
    safe: tuple[Start, ...]  # documented as allowed before consent
    consents: tuple[Start, ...]  # the vendor's own "user has agreed" calls
    required: bool  # the vendor demands the consent call before use
    offs: tuple[Start, ...]  # calls that keep a start quiet (`disableSDK(true)`, `setAutoStart(false)`)
    controllers: tuple[Start, ...]  # privacy controllers with permissive defaults
    switches: tuple[Switch, ...]
    auto: tuple[AutoStart, ...]
    permissions: tuple[Brings, ...]  # that it merges
    data: tuple[str, ...]  # Data ids it reads by itself
    collects: bool  # starting it collects personal data; False for UI, pay-on-tap, login-on-tap …
    retired: Text  # since when and what follows; empty Text when alive
    risky: tuple[tuple[str, Text], ...]  # coordinates (globs) of variants that carry more, and why
    reported: tuple[tuple[str, str, Text], ...]  # (version range or "", clause or notice key, what was said)
    url: str
    mark: str
    source: str
    limits: tuple[Switch, ...] = ()  # switches that turn only a part off: the SDK goes on collecting
    # endings of Gradle plugins, "@string/x" and "meta:name" (a meta-data): without one of these it has no settings and does
    # not start; () starts always
    configured: tuple[str, ...] = ()
    required_since: tuple[tuple[str, str], ...] = ()  # coordinate (glob) and the first version that has the consent call

    def wants_consent(self, library: str, version: str) -> bool:
        """Whether this version of the library `group:name` has the vendor's consent call; one of unknown version has."""
        since = next((first for glob, first in self.required_since if _among(library, (glob,))), "")
        return self.required and not _before(version, since)


_SHORT = re.compile(r"^(?:android|com\.(?:google\.)?android[\w.]*)\.permission\.([A-Z_0-9]+)$")


def short(permission: str) -> str:
    """A permission as people call it: the platform's and Google's without their package, a vendor's in full."""
    known = _SHORT.match(permission)
    return known[1] if known else permission


class Permission(NamedTuple):
    """A permission of the platform or a vendor."""

    name: str
    label: Text
    first: int  # API level that brought it, 0 unknown
    last: int  # last level that knows it (36 = still there)
    group: str  # "LOCATION", … or ""
    protection: tuple[tuple[int, str], ...]  # (api, protection) where it changes
    dangerous: bool
    special: bool  # granted on a settings page (appop): overlay, all files, usage access, install packages …
    personal: bool  # opens personal data or the device: `permissions/unused` asks for its use
    play: str  # "" or how Google Play restricts it: "declaration", "core-use"
    narrower: Text  # what would do instead; may be empty
    implies: tuple[str, ...]  # permissions for which it stands in (FINE for COARSE, …)
    max_sdk: int  # last API level on which it is needed, 0 = all
    mark: str
    source: str
    device: bool = False  # acts on the device and opens no data

    @property
    def withheld(self) -> bool:
        """Whether no ordinary app is ever granted it: for apps of the system or its maker."""
        last = self.protection[-1][1].split("|") if self.protection else []
        return "signature" in last and not {"appop", "development", "pre23"} & set(last)


class Artifact(NamedTuple):
    """A library or package that is no SDK: the permissions it merges and those it is for."""

    names: tuple[str, ...]  # globs: "androidx.work:*", of packages "npm:expo-camera", "pub:camera"
    brings: tuple[Brings, ...]  # what its manifest says
    implied: tuple[Brings, ...]  # what the merger adds, because the manifest names no or an old target level
    uses: tuple[str, ...]  # what it is there for, whether its manifest or the app declares it
    mark: str
    source: str


class Habit(NamedTuple):
    """What libraries use when the app holds it, whatever their own manifests bring."""

    kinds: tuple[str, ...]  # of known SDKs
    words: str  # regular expression that begins a part of an unknown library's name or package, "" for none
    guide: bool  # asked for by guides of vendors in mainland China: SDKs from abroad do not count
    permissions: tuple[str, ...]
    mark: str
    source: str


class Clause(NamedTuple):
    """A clause of a law, standard or platform rule."""

    key: str  # "191-3.1", "PIPL-13", "Play-sms"
    document: Text
    title: Text  # the clause in one line
    markets: tuple[str, ...]  # cn play eu
    url: str
    mark: str
    source: str
    permissions: tuple[str, ...] = ()  # globs of those it speaks of by name


class Category(NamedTuple):
    """One of the 39 app categories with their necessary personal information."""

    id: str  # "map-navigation"
    number: int
    name: Text
    necessary: Text
    permissions: tuple[str, ...]  # permission groups compatible with it: a product policy, not part of the regulation
    mark: str
    source: str


class Cmp(NamedTuple):
    """A consent platform: calls whose answer is consent."""

    name: str
    packages: tuple[str, ...]
    coordinates: tuple[str, ...]
    gates: tuple[Start, ...]
    mark: str
    source: str


class Knowledge(NamedTuple):
    """Everything, as loaded. Look-ups by key are in knowledge/__init__.py."""

    version: str
    data: tuple[Data, ...]
    apis: tuple[Api, ...]
    sdks: tuple[Sdk, ...]
    permissions: tuple[Permission, ...]
    artifacts: tuple[Artifact, ...]
    habits: tuple[Habit, ...]
    clauses: tuple[Clause, ...]
    categories: tuple[Category, ...]
    cmps: tuple[Cmp, ...]
    infrastructure: tuple[str, ...]  # providers and initializers known to collect nothing
    returns: tuple[tuple[str, str], ...]  # "android.content.Context#getContentResolver", the type it returns
    services: tuple[tuple[str, str], ...]  # getSystemService's argument ("TELEPHONY_SERVICE", "phone"), the type
    hierarchy: tuple[tuple[str, str], ...]  # class of the platform or a library, its superclass
