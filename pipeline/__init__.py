"""The LSL Pro export pipeline: lights of booklets, and one XML file per division."""
