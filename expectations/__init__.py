"""What must hold: the vocabulary of rules, their compiling and evaluating, and the personal-data
gate.

A rule is written once, as a class named ``Expect…`` in :mod:`expectations.rules`. There are two
ways to run it, and a test shows that they name the same rows:

* **columnar** (:mod:`expectations.evaluating`): the rule's polars predicates on the batch. This is
  what production uses, for every size. Measured on hourly air quality, 1 M rows: 24 checks, among
  them keys and runs of equal values, take 1.1 CPU s; 20 simpler ones take 4 CPU s in Great
  Expectations on pandas, whose import alone costs 4–9 s, and its index of failing rows is
  complete on pandas only.
* **Great Expectations** (:mod:`expectations.great_expectations_suites`): every rule is a genuine
  Great Expectations class of the same name whose metric calls the same predicates. It serves
  whoever validates with Great Expectations (suites, checkpoints, other stores), and it is imported
  only there.
"""
