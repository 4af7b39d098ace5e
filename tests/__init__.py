"""The tests of asbuilt, the recorded truth they compare with, and the scoreboard."""
