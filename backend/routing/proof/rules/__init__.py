"""The reconciliation itself: `tracks` of positions, what they say of `places` and `lines`, the `findings`, all `reconciled`. Pure."""
