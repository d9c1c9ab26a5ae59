"""What is done and noted on a day at the facility."""

from day.models.joint_reading import JointReading

__all__ = ["JointReading"]
