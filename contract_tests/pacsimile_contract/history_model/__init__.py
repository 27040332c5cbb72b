"""Generated histories of the whole service, judged by what their acts make true.

`acts` says what clients and states do, and `truth` what is so after that. `expected` compares the answers about
orders, studies, groups and tokens with it, `queue_view` shows `queue_model` the queue of each organization, and `judge`
adds what `service_model` says of the same exchanges. `recorded_histories` reads histories from a story. All modules are
pure.
"""
