"""The public portal: pages, files and interfaces over the public folder of a site."""
