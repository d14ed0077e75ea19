from concurrent.futures import ThreadPoolExecutor

from tb_dice.plugin.cache import Cache


def test_the_least_used_goes_first():
    cache = Cache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)
    assert len(cache) == 2


def test_sizes_count():
    cache = Cache(10, size=len)
    cache.put("a", "x" * 6)
    cache.put("b", "x" * 4)
    assert len(cache) == 2
    cache.put("a", "x" * 7)
    assert cache.get("b") is None
    assert cache.get("a") == "x" * 7


def test_the_newest_is_kept_whatever_its_size():
    cache = Cache(10, size=len)
    cache.put("a", "x")
    cache.put("b", "x" * 99)
    assert cache.get("b") is not None
    assert len(cache) == 1


def test_made_once():
    made = []
    cache = Cache(2)
    for _ in range(3):
        assert cache.get_or("a", lambda: made.append(1) or "value") == "value"
    assert made == [1]


def test_many_threads():
    cache = Cache(50, size=lambda value: value)

    def work(seed):
        for step in range(500):
            key = (seed * 7 + step) % 40
            assert cache.get_or(key, lambda key=key: key) == key
        return len(cache)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    held = [key for key in range(40) if cache.get(key) is not None]
    assert sum(held) <= 50 or len(held) == 1
    assert sum(held) == cache._held
