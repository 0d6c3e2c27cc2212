"""The pages of the portal for people: rendered here, readable without a script, zh-CN and en.

How to add a page
-----------------

1. A template in ``templates/``, made on the base::

       {% extends "base.html" %}
       {% set title = t("evidence.title", row=row_id) %}
       {% set description = t("evidence.description") %}
       {% set breadcrumbs = [("/datasets/", t("datasets.title"))] %}
       {% block content %}<h1>{{ title }}</h1> …{% endblock %}

   ``title`` is required; ``subject`` (added to the title of the window where many pages have the
   same), ``description`` (meta description) and ``breadcrumbs`` (pairs of path and text, without
   the page itself) are not. ``{% from "parts.html" import … with context %}`` has
   the common parts. Every table needs a ``<caption>`` and ``scope`` on its headers; a wide one
   stands in ``{% call scrolling("its-id", caption) %}``.

2. Its words in a file of its own, ``texts/<part>.yml``: ``key: {zh: …, en: …}``, called as
   ``t("<part>.<key>", name=value)``. With ``one: …`` the English text for ``n=1``.

3. An endpoint, and its routes in both languages::

       def page(request: Request) -> Response:
           return render(request, "evidence.html", row_id=request.path_params["row_id"])

       routes = in_both_languages("/datasets/{dataset}/rows/{row_id}/", page)

   :func:`rendering.answer` is ``render`` for a page that is costly to make: it is made again only
   when what it is made of has changed, and answers 304 before making anything. A reader is told of
   what is not there by raising ``starlette.exceptions.HTTPException(404)`` (410: withdrawn, with
   the reason as its detail).

4. One line in ``publishing.portal.application.PARTS``; a link in the navigation, where it belongs
   there, in :mod:`publishing.portal.pages.navigation`; its paths in ``page_paths``, so that it is
   exported with the static site and visited by the tests of all pages (accessibility, HTML, links).

In a template: ``url(path)`` gives the address in the page's language (``url("/datasets/")``),
``file_url(path)`` that of a file or interface, which has no language; ``|text`` picks the language
of a ``Text``, ``|number``, ``|date``, ``|moment``, ``|size``, ``|share`` write values, ``|chinese``
marks a text that may be Chinese on an English page. There are no inline styles and no scripts: the
content security policy forbids them. Pictures are files of our own.
"""
