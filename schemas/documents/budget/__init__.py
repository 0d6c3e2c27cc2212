"""Departmental budgets and final accounts: which tables a document holds, what their lines say."""
