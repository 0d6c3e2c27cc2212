"""The commands of ``gongkai``, one module each. Heavy imports stand inside the functions, so that
``gongkai --help`` and an unchanged run do not pay for what they do not use."""
