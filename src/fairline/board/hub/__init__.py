"""Our own hub (WebSub): whoever subscribes to a feed of ours is told of news within seconds.

`door` takes what is asked, `asking` makes sure that it was meant, `news` notices what has changed,
`sending` tells the subscribers. Subscribers are strangers: nothing waits for them, and nothing is
asked of them but at a public address.
"""
