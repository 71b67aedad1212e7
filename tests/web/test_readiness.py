"""What a load balancer and a watcher are told."""

from prometheus_client import generate_latest
from sqlalchemy import text

from tests.vault.rooms import Room
from vault.lateness import lateness
from web import context
from web.metrics import Metrics

HOUR = 3600


def metrics_of(room: Room) -> Metrics:
    with room.app.app_context():
        return context.parts().metrics


def shown(metrics: Metrics) -> list[str]:
    return generate_latest(metrics.registry).decode().splitlines()


def test_it_is_ready_until_the_database_cannot_be_used(room: Room) -> None:
    client = room.app.test_client()
    assert client.get("/api/v1/ready").json == {"status": "ok"}
    with room.database.writing() as session:
        session.execute(text("ALTER TABLE server_secrets RENAME TO elsewhere"))
    assert client.get("/api/v1/ready").status_code == 503
    # The process itself is well: nobody should end it for that.
    assert client.get("/api/v1/health").status_code == 200


def test_what_no_job_took_away_shows(room: Room) -> None:
    room.patient()
    metrics = metrics_of(room)
    metrics.watch(room.database, room.clock)
    assert 'coffre_kept_late_seconds{kind="sessions"} 0.0' in shown(metrics)
    room.clock.now += 13 * HOUR
    with room.database.reading() as session:
        found = lateness(session, room.clock())
    assert found.kept["sessions"] == HOUR
    assert found.checkpoint == 13 * HOUR
    lines = shown(metrics)
    assert f'coffre_kept_late_seconds{{kind="sessions"}} {HOUR}.0' in lines
    assert f"coffre_checkpoint_late_seconds {13 * HOUR}.0" in lines
    assert "coffre_database_up 1.0" in lines


def test_metrics_name_routes_and_nothing_of_anybody(room: Room) -> None:
    client = room.app.test_client()
    metrics = metrics_of(room)
    client.get("/api/v1/vaults/0123456789abcdefSECRET/ledger").close()
    client.get("/Blood%20test.pdf").close()
    client.open("/api/v1/health", method="BREW").close()
    lines = shown(metrics)
    assert any(line.startswith("coffre_requests_total{") and "<vault>/ledger" in line for line in lines)
    assert 'coffre_requests_total{method="other",route="none",status="405"} 1.0' in lines
    assert not [line for line in lines if "SECRET" in line or "Blood" in line]
    assert "coffre_requests_running 0.0" in lines


def test_a_job_that_fails_is_counted_as_such() -> None:
    metrics = Metrics()
    with metrics.job("sweep"):
        pass
    try:
        with metrics.job("sweep"):
            raise OSError
    except OSError:
        pass
    lines = shown(metrics)
    assert 'coffre_job_runs_total{outcome="ok",task="sweep"} 1.0' in lines
    assert 'coffre_job_runs_total{outcome="failed",task="sweep"} 1.0' in lines
