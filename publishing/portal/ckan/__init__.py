"""The reading part of CKAN's action API over a site's releases, so that its clients just work.

``/api/3/action/<name>`` (and ``/api/action/<name>``, which ckanapi uses), GET with parameters or
POST with JSON. A dataset is a package, its department an organization, its theme a group; each
file of the current version is a resource, and the CSV of each partition can be queried with
``datastore_search``. Nothing can be written: releases are made by the site alone.

https://docs.ckan.org/en/2.11/api/
"""
