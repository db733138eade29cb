"""The writer's lock: nobody overtakes, nobody is forgotten, and who gives up is no hole."""

import threading

from fairline.db.turns import Turns


def test_it_is_given_in_the_order_of_asking() -> None:
    turns, order, threads = Turns(), [], []
    assert turns.acquire(timeout=0)

    def ask(number: int) -> None:
        assert turns.acquire(timeout=30)
        order.append(number)
        turns.release()

    for number in range(20):
        thread = threading.Thread(target=ask, args=(number,))
        thread.start()
        threads.append(thread)
        while len(turns._waiting) <= number:
            pass
    turns.release()
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_who_gives_up_leaves_no_hole() -> None:
    turns = Turns()
    assert turns.acquire(timeout=0)
    assert not turns.acquire(timeout=0.01)
    turns.release()
    assert turns.acquire(timeout=0)
    turns.release()


def test_some_at_a_time() -> None:
    turns = Turns(2)
    assert turns.acquire(timeout=0)
    assert turns.acquire(timeout=0)
    assert not turns.acquire(timeout=0.01)
    turns.release()
    assert turns.acquire(timeout=0)
