"""What all tests share: a garbage collector that looks less often at the many objects which live as long as the run."""

import gc

gc.set_threshold(50_000, 20, 50)
