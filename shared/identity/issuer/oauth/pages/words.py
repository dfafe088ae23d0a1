"""What the sign-in pages say, in both languages."""

from shared.http.problems import Words

TITLE = Words("登录邻里", "Sign in to Linli")
DEVICE_TITLE = Words("为屏幕登录", "Sign in for a screen")
CONTINUE_TO = Words("登录后回到：", "After signing in you go back to: ")
SCREEN_GETS = Words(
    "请核对：屏幕上显示的代码是不是这个？登录后，这块屏幕就能用您的身份：",
    "Please check: does the screen show this code? When you sign in, the screen acts for you: ")
PHONE_HEADING = Words("用手机验证码", "With a code by text message")
STAFF_HEADING = Words("工作人员登录", "For staff")
PERSONA_HEADING = Words("开发用的样例人物", "Sample persons, for development")
PHONE = Words("手机号", "Phone number")
SEND = Words("发送验证码", "Send the code")
SEND_AGAIN = Words("重新发送验证码", "Send the code again")
CODE = Words("短信里的验证码", "The code in the text message")
SENT = Words("验证码已发送，几分钟内有效。", "The code was sent. It is good for a few minutes.")
USERNAME = Words("用户名", "User name")
PASSWORD = Words("密码", "Password")
OTP = Words("身份验证器上的 6 位数字", "The 6 digits of your authenticator")
SIGN_IN = Words("登录", "Sign in")
USER_CODE = Words("屏幕上的代码", "The code on the screen")
NEXT = Words("下一步", "Next")
DENY = Words("不是我要登录的屏幕", "This is not my screen")
SCREEN_READY = Words("好了，屏幕马上就会显示内容。这个页面可以关闭。", "Done: the screen will go on in a moment. You can close this page.")
SCREEN_DENIED = Words("已拒绝，屏幕没有得到任何权限。", "Denied: the screen was given nothing.")
OTHER_LANGUAGE = Words("English", "中文")
UNKNOWN_CODE = Words("没有这个代码，或它已过期。", "There is no such code, or it has expired.")
FORM_EXPIRED = Words("页面已过期，请再试一次。", "This page has expired. Please try again.")
BAD_REQUEST = Words("这个登录链接不正确。请回到您使用的应用，重新登录。",
                    "This sign-in link is not right. Go back to the application you use and sign in again.")
PRIVACY = Words("手机号只用来确认是您本人。", "Your number is used to make sure it is you, and for nothing else.")
