"""The page behind nginx, set up as docs/proxy.md says."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest
from gradio_client import Client, handle_file

from femr.page.server.limits import MAX_FILE_MEGABYTES
from femr.paths import EXAMPLES
from tests.serving import ROOT, free_port, served_app

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
(CONFIG,) = re.findall(r"```nginx\n(.+?)```", (ROOT / "docs" / "proxy.md").read_text(encoding="utf-8"), re.DOTALL)
SECONDS = 20

pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of nginx, which asks a served app."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    with served_app() as (app, _):
        server = CONFIG.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("http://127.0.0.1:7860", app)
        assert app in server
        assert port in server
        temporary = "".join(
            f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = f"daemon off; pid {folder}/pid; events {{}} http {{ access_log off; {temporary} {server} }}"
        (folder / "nginx.conf").write_text(whole)
        proxy = subprocess.Popen(
            [str(NGINX), "-e", "stderr", "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE, text=True
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", proxy)
            yield f"http://127.0.0.1:{port}"
        finally:
            proxy.terminate()
            proxy.communicate(timeout=SECONDS)


def wait_for(url: str, proxy: subprocess.Popen) -> None:
    """Return once there is an answer."""
    for _ in range(SECONDS * 10):
        assert proxy.poll() is None, proxy.communicate()[1]
        try:
            httpx.get(url, timeout=SECONDS)
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} does not answer")


def test_the_page_comes_through_the_proxy_and_calls_itself_by_the_proxys_address(address: str) -> None:
    page = httpx.get(address, timeout=SECONDS)
    assert page.status_code == 200
    assert "<title>femr" in page.text
    assert address in httpx.get(f"{address}/config", timeout=SECONDS).text


def test_a_photo_goes_through_the_proxy_and_its_answer_comes_back(address: str) -> None:
    client = Client(address, verbose=False)
    try:
        answer = client.predict(handle_file(EXAMPLES / "happy.jpg"), "match", 3, api_name="/analyze")
    finally:
        client.close()
    assert [face["emotion"] for face in answer["faces"]] == ["Happy"]
    assert len(answer["playlist"]["songs"]) == 3


def test_the_proxy_lets_the_largest_photo_through_and_stops_what_is_larger(address: str) -> None:
    (megabytes,) = map(int, re.findall(r"client_max_body_size (\d+)m;", CONFIG))
    assert MAX_FILE_MEGABYTES < megabytes <= MAX_FILE_MEGABYTES + 2
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=SECONDS)) as visitor:
        visitor.putrequest("POST", "/gradio_api/upload")
        visitor.putheader("Content-Length", str(megabytes * 2**20 + 1))
        visitor.endheaders()
        refused = visitor.getresponse()
        assert refused.status == 413
        assert "nginx" in (refused.headers["Server"] or "")
