package com.example.trailmate

import android.app.Application

class App : Application() {
    override fun onCreate() {
        super.onCreate()
        Privacy.prepare(this)
        Startup.run(this)
    }
}
