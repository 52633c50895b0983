"""How findings name a member."""

from __future__ import annotations

import pytest

from askfirst.model.collect import _shown


@pytest.mark.parametrize(
    ("member", "shown"),
    [
        ("android.provider.Settings.Secure.getString", "Secure.getString"),
        ("com.amap.api.maps.MapView.<init>", "MapView"),
        ("com.flurry.android.FlurryAgent.Builder.build", "FlurryAgent.Builder.build"),
        ("android.media.AudioRecord.Builder.<init>", "AudioRecord.Builder"),
        ("Fabric.with", "Fabric.with"),
        ("Builder.build", "Builder.build"),
    ],
)
def test_a_member_is_named_with_its_class(member: str, shown: str) -> None:
    assert _shown(member) == shown
