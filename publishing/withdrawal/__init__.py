"""Taking rows and versions out of everything that is published, the past included."""
