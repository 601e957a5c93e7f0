"""Telling people and programs what has happened: notifications, letters, calendars, webhooks."""
