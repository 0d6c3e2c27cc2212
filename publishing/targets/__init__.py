"""Targets: places outside that a site keeps up to date with what it publishes.

``queueing`` notes what is to be delivered, in the same step as a version is recorded; ``flows``
serves it later with the module of each kind of target. CKAN, object storage and SQL are brought to
the *state* of a dataset; a webhook is told *events*.
"""
