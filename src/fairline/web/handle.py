"""Route decorators: each handler is a plain function run in a thread; the domain is synchronous."""

from functools import partial

from litestar import delete, get, patch, post

reads = partial(get, sync_to_thread=True)
writes = partial(post, sync_to_thread=True)
changes = partial(patch, sync_to_thread=True)
removes = partial(delete, sync_to_thread=True)
