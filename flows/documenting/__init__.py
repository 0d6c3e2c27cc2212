"""Pages of ``docs/`` that are made from the definitions, so that they cannot lag behind them.

``python -m flows.documenting`` writes them anew; a contract test keeps them current.
"""
