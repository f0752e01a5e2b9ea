"""Renderers: functions from a report to text or plain data. They neither print nor open files."""
