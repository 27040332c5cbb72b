"""A model of the whole service, by which every exchange of a run is judged by all that was seen before it.

`calls` picks the exchanges that are ordinary, well-formed calls. `orders`, `access`, `queue` and `documents` each keep
what earlier answers proved, and compare the next call with it; `model` shows them the run in the order of time. What
cannot both be true is a `Contradiction` of one requirement, with the exchanges that prove it. All modules are pure.

Only an answer that came before a call was sent says something of that call: overlapping calls prove nothing. What
others may have changed, what nobody knows to be done, and unusual input prove nothing either.
"""
