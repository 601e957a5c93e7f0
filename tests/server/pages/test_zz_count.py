from tests.server.pages.test_home import *
def test_count(there):
    keep(there.firm.organisation)
    enno = joined(there, "Enno", Role.ENGINEER)
    for who in (there.ada, there.ben, there.mila, enno):
        path=f"/o/{there.slug}/"; c=there.client(who); c.get(path)
        q=queries(lambda: c.get(path)); print(len(q))
    for x in q: print("   ", x[:110])
    q=queries(lambda: there.client(there.ada).get(path))
    for x in q: print("   ", x[:150])
