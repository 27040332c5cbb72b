"""Tables that cross a property of calls, such as wrong credentials, with each kind of call.

`table` has the table of wrong credentials, and `covering_array` chooses the calls that cover its pairs or triples.
`spoilt_queries` has the table of queries that must be refused. `coverages` counts how much of both a run asked.
"""
