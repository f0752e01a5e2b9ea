"""Renderers: functions from a report to text or plain data. They print nothing and open nothing."""
