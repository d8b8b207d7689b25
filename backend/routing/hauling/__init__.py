"""Hauling snow: loaders work along piles, trucks drive in trips between them and the dumps. Pure, and nobody but plans and evaluation knows it."""
