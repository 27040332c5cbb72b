"""A page for a browser on this machine that shows the calls of a proxy, and what is wrong with them, as they come.

`board` keeps what is shown, `views` writes it as HTML, `server` gives it to whoever has the link that was printed, and
to nobody else. Nothing can be changed there.
"""
