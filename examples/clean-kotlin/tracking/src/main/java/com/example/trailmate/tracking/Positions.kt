package com.example.trailmate.tracking

import android.Manifest
import android.content.Context
import android.location.Location
import android.location.LocationManager
import androidx.annotation.RequiresPermission

/** Where the phone is. */
class Positions(context: Context) {
    private val manager = context.getSystemService(Context.LOCATION_SERVICE) as LocationManager

    @RequiresPermission(Manifest.permission.ACCESS_FINE_LOCATION)
    fun last(): Location? = manager.getLastKnownLocation(LocationManager.GPS_PROVIDER)
}
