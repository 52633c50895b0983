package com.example.trailmate

import android.os.Bundle
import androidx.appcompat.app.AppCompatActivity
import com.example.trailmate.databinding.ActivityWelcomeBinding

/** Asks once whether the privacy policy is agreed to; the app works either way. */
class WelcomeActivity : AppCompatActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val binding = ActivityWelcomeBinding.inflate(layoutInflater)
        setContentView(binding.root)
        binding.agree.setOnClickListener {
            Privacy.answer(this, true)
            Startup.run(application)
            finish()
        }
        binding.refuse.setOnClickListener {
            Privacy.answer(this, false)
            finish()
        }
    }
}
