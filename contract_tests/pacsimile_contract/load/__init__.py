"""Load on a service, as integrators' polling makes it, with checks that hold while it runs."""
