"""A package, unlike its neighbours, so that the demo which its tests share ends with the last of them."""
