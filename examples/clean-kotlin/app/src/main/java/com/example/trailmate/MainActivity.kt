package com.example.trailmate

import android.Manifest
import android.annotation.SuppressLint
import android.content.Intent
import android.os.Bundle
import android.widget.Toast
import androidx.activity.result.contract.ActivityResultContracts.RequestMultiplePermissions
import androidx.appcompat.app.AppCompatActivity
import com.example.trailmate.databinding.ActivityMainBinding
import com.example.trailmate.tracking.Positions

class MainActivity : AppCompatActivity() {
    private lateinit var binding: ActivityMainBinding
    private val positions by lazy { Positions(this) }
    private val askForLocation = registerForActivityResult(RequestMultiplePermissions()) { granted ->
        if (granted.containsValue(true)) showPosition()
    }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        binding = ActivityMainBinding.inflate(layoutInflater)
        setContentView(binding.root)
        binding.record.setOnClickListener { record() }
        binding.settings.setOnClickListener { startActivity(Intent(this, SettingsActivity::class.java)) }
        if (!Privacy.isAgreed(this) && !Privacy.isRefused(this)) {
            startActivity(Intent(this, WelcomeActivity::class.java))
        }
    }

    private fun record() {
        Toast.makeText(this, R.string.location_reason, Toast.LENGTH_LONG).show()
        askForLocation.launch(
            arrayOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION),
        )
    }

    @SuppressLint("MissingPermission")
    private fun showPosition() {
        binding.position.text = positions.last()?.let { "%.5f, %.5f".format(it.latitude, it.longitude) }
    }
}
