"""The rules, by theme. Every class named ``Expect…`` in a module here is part of the vocabulary."""
