from tests.sftp_server import own_sftp_server, sftp_server

__all__ = ["own_sftp_server", "sftp_server"]
